#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// A report as JSON that can stand in a page: the same document as formats/json.md describes, on one line.
enum EmbeddedJSON {
  /// - Throws: What `JSONEncoder` throws.
  static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return escaped(String(decoding: try encoder.encode(value), as: UTF8.self))
  }

  /// The same JSON in printable ASCII without `<`, `>` and `&`, so that nothing in it ends the element that it stands in,
  /// begins a comment, or is read in another encoding. All of these are in strings, where JSON has escapes for them.
  static func escaped(_ json: String) -> String {
    var result: [UInt8] = []
    result.reserveCapacity(json.utf8.count)
    for scalar in json.unicodeScalars {
      switch scalar {
      case "<", ">", "&", "\u{7F}"...: for unit in Character(scalar).utf16 { result += escape(unit) }
      default: result.append(UInt8(truncatingIfNeeded: scalar.value))
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// `\u` and four digits.
  private static func escape(_ unit: UInt16) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    return Array("\\u".utf8) + [12, 8, 4, 0].map { digits[Int(unit >> UInt16($0) & 15)] }
  }
}
