/// The characters that byte-level BPE has for bytes (GPT-2's `bytes_to_unicode`): itself for a byte that is a printable
/// character of Latin-1, U+0100 and those behind it for the 68 others in their order.
enum ByteLevel {
  /// The character of each byte.
  static let characters: [Unicode.Scalar] = {
    var others: UInt32 = 0x100
    return (0...255).map { (byte: UInt8) in
      switch byte {
      case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return Unicode.Scalar(byte)
      default:
        defer { others += 1 }
        return Unicode.Scalar(others) ?? " "
      }
    }
  }()

  private static let bytes: [Unicode.Scalar: UInt8] = {
    var bytes: [Unicode.Scalar: UInt8] = [:]
    for (byte, character) in characters.enumerated() { bytes[character] = UInt8(truncatingIfNeeded: byte) }
    return bytes
  }()

  /// The bytes that a text of such characters stands for; nil where another is among them.
  static func bytes(of text: String) -> [UInt8]? {
    var result: [UInt8] = []
    for scalar in text.unicodeScalars {
      guard let byte = bytes[scalar] else { return nil }
      result.append(byte)
    }
    return result
  }

  /// The characters for a text's bytes.
  static func text(of string: String) -> String {
    String(String.UnicodeScalarView(string.utf8.map { characters[Int($0)] }))
  }

  /// The byte of a piece like `<0x0A>`; nil for any other.
  static func fallbackByte(_ piece: String) -> UInt8? {
    let text = Array(piece.utf8)
    guard text.count == 6, text.starts(with: Array("<0x".utf8)), text[5] == UInt8(ascii: ">"),
      text[3] != UInt8(ascii: "+")
    else { return nil }
    return UInt8(String(decoding: text[3..<5], as: UTF8.self), radix: 16)
  }
}
