/// What a chat template has no need for, and where it is.
enum ForeignText {
  /// Bytes in a row of base64 or hexadecimal digits.
  static let longestDigits = 200

  /// The addresses in a text, the first `limit` of them, and how many there are.
  static func addresses(in text: [UInt8], limit: Int) -> (first: [String], count: Int) {
    var (first, count): ([String], Int) = ([], 0)
    var start = 0
    while let colon = text[start...].firstIndex(of: UInt8(ascii: ":")) {
      start = colon + 1
      guard text[start...].starts(with: "//".utf8) else { continue }
      let scheme = text[..<colon].suffix(16).reversed().prefix(while: isLetter).reversed()
      guard !scheme.isEmpty else { continue }
      count += 1
      if first.count < limit {
        let rest = text[colon...].prefix(200).prefix { $0 > 0x20 && $0 < 0x7F && !"\"'`<>(){}".utf8.contains($0) }
        first.append(String(decoding: Array(scheme) + rest, as: UTF8.self))
      }
    }
    return (first, count)
  }

  /// Where something stands first.
  static func offset(of word: String, in text: [UInt8]) -> Int? {
    let word = Array(word.utf8)
    guard let first = word.first else { return nil }
    var start = 0
    while let found = text[start...].firstIndex(of: first) {
      if text[found...].starts(with: word) { return found }
      start = found + 1
    }
    return nil
  }

  /// The first stretch of base64 or hexadecimal digits that is long; nil where there is none.
  static func encodedStretch(in text: [UInt8]) -> Range<Int>? {
    var start = 0
    // A line of dashes or of one letter is no data.
    var kinds: Set<UInt8> = []
    for (offset, byte) in text.enumerated() {
      if isDigit(byte) {
        if kinds.count < 8 { kinds.insert(byte) }
        continue
      }
      if offset - start >= longestDigits, kinds.count == 8 { return start..<offset }
      start = offset + 1
      kinds.removeAll(keepingCapacity: true)
    }
    return text.count - start >= longestDigits && kinds.count == 8 ? start..<text.count : nil
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || [0x2B, 0x2D, 0x2E].contains(byte)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="): true
    default: false
    }
  }

  /// The line of an offset, counted from 1.
  static func line(of offset: Int, in text: [UInt8]) -> Int {
    text[..<offset].reduce(1) { $1 == 0x0A ? $0 + 1 : $0 }
  }
}
