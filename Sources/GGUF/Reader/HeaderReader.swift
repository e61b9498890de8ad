internal import FileAccess
internal import TensorCore

/// Reads a header front to back through a window of the file, and says no before it reads past the file's end or the
/// longest header.
struct HeaderReader {
  private static let windowBytes = 256 << 10

  let file: InputFile
  var byteOrder = ByteOrder.little
  /// Bytes from the start of the file.
  var position = 0

  private(set) var window: [UInt8] = []
  private(set) var windowStart = 0

  init(_ file: InputFile) { self.file = file }

  /// Bytes of the file behind the position.
  var remaining: Int { file.size - position }

  private func invalid(_ error: GGUFError) -> SourceError { .invalid(path: file.path, error) }

  /// Checks that `count` bytes of `what` are there and within the limits.
  func require(_ count: UInt64, _ what: @autoclosure () -> String) throws(SourceError) {
    guard count <= UInt64(remaining) else {
      throw invalid(.endsEarly(what: what(), at: position, needs: count, size: file.size))
    }
    guard count <= UInt64(max(0, GGUFLimits.headerBytes - position)) else {
      throw invalid(.headerTooLong(what: what(), at: position, limit: GGUFLimits.headerBytes))
    }
  }

  /// Makes the window hold the next `count` bytes, which ``require(_:_:)`` has allowed.
  mutating func fill(_ count: Int) throws(SourceError) {
    if position >= windowStart, position + count <= windowStart + window.count { return }
    let length = min(remaining, max(count, file.readAhead(Self.windowBytes, at: position)))
    if window.count == length {
      // The window is empty where this fails.
      var buffer: [UInt8] = []
      swap(&buffer, &window)
      var span = buffer.mutableSpan
      try file.read(at: position, into: &span)
      window = buffer
    } else {
      window = try file.bytes(in: position..<(position + length))
    }
    windowStart = position
  }

  mutating func integer<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type, _ what: @autoclosure () -> String
  ) throws(SourceError) -> T {
    try require(UInt64(MemoryLayout<T>.size), what())
    try fill(MemoryLayout<T>.size)
    let value = window.span.load(T.self, at: position - windowStart, byteOrder)
    position += MemoryLayout<T>.size
    return value
  }

  /// Appends the next `count` bytes to `bytes`, the bytes of numbers of `width` bytes turned to little-endian order.
  mutating func copy(
    _ count: Int, width: Int = 1, to bytes: inout [UInt8], _ what: @autoclosure () -> String
  ) throws(SourceError) {
    try require(UInt64(count), what())
    let start = bytes.count
    if count > Self.windowBytes && bytes.isEmpty {
      bytes = try file.bytes(in: position..<(position + count))
      position += count
    } else {
      if count > Self.windowBytes { bytes.reserveCapacity(start + count) }
      let end = position + count
      while position < end {
        let piece = min(end - position, Self.windowBytes)
        try fill(piece)
        bytes.append(contentsOf: window[(position - windowStart)..<(position - windowStart + piece)])
        position += piece
      }
    }
    if byteOrder == .big, width > 1 {
      var span = bytes.mutableSpan
      span.reverseBytes(ofElements: width, from: start)
    }
  }

  /// The bytes of a string, behind its length.
  ///
  /// - Parameters:
  ///   - limit: The longest that is read.
  ///   - tooLong: What is thrown of one that is longer, of its length.
  mutating func stringBytes(
    _ what: @autoclosure () -> String, limit: UInt64 = .max, tooLong: (UInt64) -> GGUFError? = { _ in nil }
  ) throws(SourceError) -> [UInt8] {
    let length = try integer(UInt64.self, what())
    try require(length, what())
    if length > limit, let error = tooLong(length) { throw invalid(error) }
    var bytes: [UInt8] = []
    try copy(Int(length), to: &bytes, what())
    return bytes
  }
}
