extension JSONScanner {
  /// A string, its escapes resolved.
  public mutating func string() throws(JSONError) -> String {
    try expect("\"", "a string")
    let start = position
    var index = start
    // Most strings have no escape: find the end, then take the bytes as they are.
    while index < bytes.count, bytes[index] != UInt8(ascii: "\""), bytes[index] != UInt8(ascii: "\\") {
      if bytes[index] < 0x20 { throw .controlCharacter(at: index) }
      index += 1
    }
    guard index < bytes.count else { throw .endsEarly(at: index) }
    if bytes[index] == UInt8(ascii: "\"") {
      guard let string = String(validating: bytes[start..<index], as: UTF8.self) else { throw .notUTF8(at: start) }
      move(to: index + 1)
      return string
    }
    return try stringWithEscapes(from: start)
  }

  private mutating func stringWithEscapes(from start: Int) throws(JSONError) -> String {
    var decoded: [UInt8] = []
    var index = start
    while true {
      guard index < bytes.count else { throw .endsEarly(at: index) }
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: decoded, as: UTF8.self) else { throw .notUTF8(at: start) }
        move(to: index + 1)
        return string
      case UInt8(ascii: "\\"):
        let (scalar, length) = try escape(at: index)
        decoded.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        index += length
      case 0..<0x20:
        throw .controlCharacter(at: index)
      default:
        decoded.append(byte)
        index += 1
      }
    }
  }

  /// The character that the escape at `index` stands for, and the escape's length in bytes.
  private func escape(at index: Int) throws(JSONError) -> (Unicode.Scalar, Int) {
    guard index + 1 < bytes.count else { throw .endsEarly(at: bytes.count) }
    switch bytes[index + 1] {
    case UInt8(ascii: "\""): return ("\"", 2)
    case UInt8(ascii: "\\"): return ("\\", 2)
    case UInt8(ascii: "/"): return ("/", 2)
    case UInt8(ascii: "b"): return ("\u{8}", 2)
    case UInt8(ascii: "f"): return ("\u{C}", 2)
    case UInt8(ascii: "n"): return ("\n", 2)
    case UInt8(ascii: "r"): return ("\r", 2)
    case UInt8(ascii: "t"): return ("\t", 2)
    case UInt8(ascii: "u"): break
    default: throw .unknownEscape(at: index)
    }
    let first = try codeUnit(at: index)
    if let scalar = Unicode.Scalar(first) { return (scalar, 6) }
    // A surrogate: the high half must come first, and the low half right behind it.
    guard first < 0xDC00, index + 7 < bytes.count, bytes[index + 6] == UInt8(ascii: "\\"),
      bytes[index + 7] == UInt8(ascii: "u")
    else { throw .loneSurrogate(at: index) }
    let second = try codeUnit(at: index + 6)
    guard (0xDC00...0xDFFF).contains(second) else { throw .loneSurrogate(at: index) }
    let value = 0x1_0000 + (UInt32(first - 0xD800) << 10) + UInt32(second - 0xDC00)
    guard let scalar = Unicode.Scalar(value) else { throw .loneSurrogate(at: index) }
    return (scalar, 12)
  }

  /// The four hexadecimal digits of the `\uXXXX` at `index`.
  private func codeUnit(at index: Int) throws(JSONError) -> UInt16 {
    guard index + 6 <= bytes.count else { throw .endsEarly(at: bytes.count) }
    var value: UInt16 = 0
    for byte in bytes[(index + 2)..<(index + 6)] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        throw .unknownEscape(at: index)
      }
      value = value << 4 | UInt16(digit)
    }
    return value
  }
}
