internal import FileAccess
internal import TensorCore

extension ImportanceMatrix.Contents {
  /// As many entries as there are tensors in the largest models, many times over.
  private static let mostEntries = 1 << 20
  private static let longestName = 1 << 10
  private static let mostValues = 1 << 28
  private static let longestDataset = 1 << 16

  /// The format of llama.cpp before October 2025, little-endian: a count of entries (i32); of each the length of its name
  /// (i32), the name, how many calls of the calibration there were (i32), how many values (i32), and the values (F32), which
  /// are sums over calls; then, where they are there, the number of chunks (i32), the length of the data set's name (i32),
  /// and the name.
  init(legacy file: InputFile) throws(SourceError) {
    formatName = "legacy"
    var cursor = Cursor(file)
    guard file.size >= 4 else { throw file.invalid(.neither) }
    let count = Int(try cursor.int32(entry: 0))
    guard (1...Self.mostEntries).contains(count) else { throw file.invalid(.neither) }
    cursor.count = count
    for number in 1...count {
      let length = try cursor.length("the length of its name", entry: number, limit: Self.longestName)
      let bytes = try cursor.bytes(length, entry: number)
      guard let name = String(validating: bytes, as: UTF8.self) else {
        throw file.invalid(.nameNotUTF8(entry: number))
      }
      let calls = Float(try cursor.int32(entry: number))
      let values = try cursor.length("its number of values", entry: number, limit: Self.mostValues)
      entries.append(.init(name: name, valueCount: values, counts: [calls > 0 ? calls : 1], offset: cursor.offset))
      try cursor.skip(4 * values, entry: number)
    }
    try readEnd(&cursor)
  }

  private mutating func readEnd(_ cursor: inout Cursor) throws(SourceError) {
    let size = cursor.file.size
    if cursor.offset == size { return }
    let start = cursor.offset
    guard size - start >= 4 else { throw cursor.file.invalid(.trailingBytes(offset: start, size: size)) }
    let chunks = Int(try cursor.int32(entry: cursor.count))
    chunkCount = chunks > 0 ? chunks : nil
    if cursor.offset == size { return }
    guard size - cursor.offset >= 4 else { throw cursor.file.invalid(.trailingBytes(offset: start, size: size)) }
    let length = Int(try cursor.int32(entry: cursor.count))
    guard (0...Self.longestDataset).contains(length), length == size - cursor.offset else {
      throw cursor.file.invalid(.trailingBytes(offset: start, size: size))
    }
    let bytes = try cursor.bytes(length, entry: cursor.count)
    if let name = String(validating: bytes, as: UTF8.self), !name.isEmpty { datasets = [name] }
  }

  /// Where the file is read.
  private struct Cursor {
    let file: InputFile
    var offset = 0
    /// Entries that the file says it has.
    var count = 0

    init(_ file: InputFile) { self.file = file }

    mutating func bytes(_ length: Int, entry: Int) throws(SourceError) -> [UInt8] {
      let start = offset
      try skip(length, entry: entry)
      return try file.bytes(in: start..<offset)
    }

    mutating func skip(_ length: Int, entry: Int) throws(SourceError) {
      guard length <= file.size - offset else {
        throw file.invalid(.cutOff(entry: entry, of: count, offset: offset, needed: length, size: file.size))
      }
      offset += length
    }

    mutating func int32(entry: Int) throws(SourceError) -> Int32 {
      let bytes = try bytes(4, entry: entry)
      return Int32(bitPattern: bytes.span.load(UInt32.self, at: 0))
    }

    mutating func length(_ what: String, entry: Int, limit: Int) throws(SourceError) -> Int {
      let value = Int(try int32(entry: entry))
      guard (1...limit).contains(value) else {
        throw file.invalid(.length(entry: entry, what: what, value: value, limit: limit))
      }
      return value
    }
  }
}
