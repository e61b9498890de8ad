public import TensorCore

/// Why bytes are not the JSON that was expected. Offsets are in bytes from the start of the text.
public enum JSONError: FormatViolation, Hashable {
  case endsEarly(at: Int)
  case unexpected(found: UInt8, expected: String, at: Int)
  case trailingBytes(at: Int)
  case duplicateKey(String, at: Int)
  case tooDeep(limit: Int, at: Int)
  case notUTF8(at: Int)
  case controlCharacter(at: Int)
  case unknownEscape(at: Int)
  case loneSurrogate(at: Int)
  case malformedNumber(at: Int)
  /// A number is there, but not a whole one from 0 to 2^64 - 1 written in digits alone.
  case notAnUnsignedInteger(at: Int)
  case tooManyValues(limit: Int, at: Int)

  public var description: String {
    switch self {
    case .endsEarly(let at): "JSON ends at byte \(at), before its value is complete"
    case .unexpected(let found, let expected, let at):
      "JSON at byte \(at): found \(Self.show(found)), expected \(expected)"
    case .trailingBytes(let at): "JSON at byte \(at): more follows the value, expected the end"
    case .duplicateKey(let key, let at): "JSON at byte \(at): key \(key.quoted()) is given twice in one object"
    case .tooDeep(let limit, let at): "JSON at byte \(at): nested more than \(limit) levels deep"
    case .notUTF8(let at): "JSON at byte \(at): the string is not UTF-8"
    case .controlCharacter(let at): "JSON at byte \(at): a control character inside a string"
    case .unknownEscape(let at): "JSON at byte \(at): an escape that JSON does not have"
    case .loneSurrogate(let at): "JSON at byte \(at): half of a surrogate pair"
    case .malformedNumber(let at): "JSON at byte \(at): a malformed number"
    case .notAnUnsignedInteger(let at):
      "JSON at byte \(at): expected a whole number from 0 to 2^64 - 1"
    case .tooManyValues(let limit, let at): "JSON at byte \(at): more than \(limit) values"
    }
  }

  private static func show(_ byte: UInt8) -> String {
    (0x21...0x7E).contains(byte) ? "'\(Character(Unicode.Scalar(byte)))'" : "byte \(byte)"
  }
}
