internal import TensorCore

extension HeaderReader {
  /// Appends strings as a little-endian file has them, as many as stand whole in the window, are UTF-8 and are within the
  /// limits; all others are left to be read one by one.
  ///
  /// A vocabulary is a quarter of a million of them.
  ///
  /// - Parameter limit: The most strings that are taken.
  /// - Returns: How many were.
  mutating func copyStrings(upTo limit: Int, to bytes: inout [UInt8]) throws(SourceError) -> Int {
    guard byteOrder == .little, remaining >= 8 else { return 0 }
    try fill(8)
    let start = position - windowStart
    // What stands in the window and within the longest header.
    let end = min(window.count, GGUFLimits.headerBytes - windowStart)
    let (count, at) = Self.walk(window.span, from: start, to: end, limit: limit)
    bytes.append(contentsOf: window[start..<at])
    position += at - start
    return count
  }

  private static func walk(
    _ window: Span<UInt8>, from start: Int, to end: Int, limit: Int
  ) -> (count: Int, end: Int) {
    var (count, at) = (0, start)
    while count < limit, at <= end - 8 {
      let length = window.load(UInt64.self, at: at)
      guard length <= UInt64(end - at - 8) else { break }
      let text = (at + 8)..<(at + 8 + Int(length))
      guard isASCII(window, text) || isUTF8(window.extracting(text)) else { break }
      at = text.upperBound
      count += 1
    }
    return (count, at)
  }

  /// Most tokens are; eight bytes are looked at together.
  private static func isASCII(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var (at, bits) = (range.lowerBound, UInt64(0))
    while at <= range.upperBound - 8 {
      bits |= bytes.load(UInt64.self, at: at)
      at += 8
    }
    while at < range.upperBound {
      bits |= UInt64(bytes[at])
      at += 1
    }
    return bits & 0x8080_8080_8080_8080 == 0
  }
}

extension HeaderReader {
  /// Bytes of what is not UTF-8 that are kept: a damaged length can take much of the data for text.
  private static let keptBytes = 64 << 10

  /// The bytes of a text, behind its length.
  ///
  /// - Returns: All of them; of what is not UTF-8 no more than the start.
  mutating func textBytes(_ what: @autoclosure () -> String) throws(SourceError) -> (bytes: [UInt8], isUTF8: Bool) {
    let length = try integer(UInt64.self, what())
    try require(length, what())
    var (bytes, checked, rest): ([UInt8], Int, Int) = ([], 0, Int(length))
    while true {
      let piece = min(rest, Self.keptBytes)
      try copy(piece, to: &bytes, what())
      rest -= piece
      guard let count = Self.textCount(bytes.span.extracting(checked...), isEnd: rest == 0) else {
        position += rest
        return (bytes.count > Self.keptBytes ? Array(bytes.prefix(Self.keptBytes)) : bytes, false)
      }
      if rest == 0 { return (bytes, true) }
      checked += count
      // Room is memory only where it is used.
      bytes.reserveCapacity(Int(length))
    }
  }

  /// How many bytes are UTF-8: all, or all but a character that goes on behind them; nil where they are not.
  private static func textCount(_ bytes: Span<UInt8>, isEnd: Bool) -> Int? {
    for missing in 0...(isEnd ? 0 : min(3, bytes.count)) where isUTF8(bytes.extracting(..<(bytes.count - missing))) {
      return bytes.count - missing
    }
    return nil
  }
}

/// Whether bytes are UTF-8.
func isUTF8(_ bytes: Span<UInt8>) -> Bool { (try? UTF8Span(validating: bytes)) != nil }
