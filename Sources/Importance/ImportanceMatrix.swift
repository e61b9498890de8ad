internal import FileAccess
public import TensorCore

/// An importance matrix as `llama-imatrix` writes it: for each column of a tensor, the mean square of the activations that
/// it was multiplied with in a calibration run. What an error in a column counts for grows with it.
///
/// The sums stay in the file; a column's values are read when a conversion comes to them. They are checked once, when the
/// file is opened. Formats: GGUF (ggml-org/llama.cpp#9400, `common/imatrix-loader.cpp`), and the older `.dat`
/// (formats/importance.md).
public struct ImportanceMatrix: Sendable {
  /// What the matrix says of one tensor.
  public struct Entry: Sendable {
    /// The tensor's name in GGUF.
    public let name: String
    /// Values: the columns of all its matrices, one matrix (expert) after the other.
    public let valueCount: Int
    /// How often each matrix was used: at least one count. The values are divided by it. 1 where the older format does not say.
    public let counts: [Float]
    /// Byte of the first sum in the file; each is a little-endian F32.
    let offset: Int

    /// Values for each count.
    var valuesPerCount: Int { valueCount / counts.count }

    /// How many of the counts are 0: of matrices that the calibration never used. All their columns count alike.
    public var unusedCounts: Int { counts.count { $0 == 0 } }
  }

  /// `GGUF`, or `legacy`.
  public let formatName: String
  /// The path as it was given.
  public let path: String
  /// By the order in the file.
  public let entries: [Entry]
  /// Names of the texts of the calibration; may be empty.
  public let datasets: [String]
  /// Pieces of text that the calibration went through; nil where the file does not say it.
  public let chunkCount: Int?

  private let file: InputFile
  private let indices: [ExactString: Int]

  /// Opens a file in either format and checks all of it.
  ///
  /// - Throws: ``SourceError``: `.file`; `.invalid` with a `GGUFError` or an ``ImportanceError``.
  public init(path: String) throws(SourceError) {
    let file = try InputFile(path: path)
    let contents = try Self.isGGUF(file) ? Contents(gguf: file) : Contents(legacy: file)
    try self.init(file, contents)
  }

  private static func isGGUF(_ file: InputFile) throws(SourceError) -> Bool {
    try file.bytes(in: 0..<min(4, file.size)) == Array("GGUF".utf8)
  }

  /// What a file holds, before its sums are looked at.
  struct Contents {
    var formatName: String
    var entries: [Entry] = []
    var datasets: [String] = []
    var chunkCount: Int?
  }

  private init(_ file: InputFile, _ contents: Contents) throws(SourceError) {
    if contents.entries.isEmpty { throw file.invalid(.noEntries) }
    var indices: [ExactString: Int] = [:]
    for (index, entry) in contents.entries.enumerated() {
      if indices.updateValue(index, forKey: ExactString(entry.name)) != nil {
        throw file.invalid(.entryTwice(tensor: entry.name))
      }
    }
    (self.file, self.indices, path) = (file, indices, file.path)
    (formatName, entries) = (contents.formatName, contents.entries)
    (datasets, chunkCount) = (contents.datasets, contents.chunkCount)
    for entry in entries { try check(entry) }
  }

  /// The entry of a tensor; nil where there is none.
  public func entry(_ tensor: String) -> Entry? { indices[ExactString(tensor)].map { entries[$0] } }

  /// Fills `importance` with the values of an entry from value `start` on: the mean squares, or 1 where the matrix was never
  /// used, as llama-quantize takes them.
  ///
  /// - Parameters:
  ///   - start: With `importance.count`, inside the entry's values.
  /// - Throws: ``SourceError/file(_:)`` where the file can no longer be read.
  public func read(_ entry: Entry, from start: Int, into importance: inout [Float]) throws(SourceError) {
    let count = importance.count
    precondition(start >= 0 && count <= entry.valueCount - start, "the values are inside the entry")
    let bytes = try file.bytes(in: (entry.offset + 4 * start)..<(entry.offset + 4 * (start + count)))
    let span = bytes.span
    for index in 0..<count {
      let divisor = entry.counts[(start + index) / entry.valuesPerCount]
      let sum = Float(bitPattern: span.load(UInt32.self, at: 4 * index))
      importance[index] = divisor > 0 ? sum / divisor : 1
    }
  }

  /// Every sum is a finite number, at least 0, and so is what it becomes.
  private func check(_ entry: Entry) throws(SourceError) {
    let piece = 1 << 16
    var values: [Float] = []
    for start in stride(from: 0, to: entry.valueCount, by: piece) {
      values = [Float](repeating: 0, count: min(piece, entry.valueCount - start))
      try read(entry, from: start, into: &values)
      for (index, value) in values.enumerated() {
        if !value.isFinite { throw file.invalid(.notFinite(tensor: entry.name, value: value, column: start + index)) }
        if value < 0 { throw file.invalid(.negative(tensor: entry.name, value: value, column: start + index)) }
      }
    }
  }
}

extension InputFile {
  /// A rule that the file breaks.
  func invalid(_ violation: ImportanceError) -> SourceError { .invalid(path: path, violation) }
}
