internal import StrictJSON
public import TensorCore

/// Why a text is not a value of the type that it should have.
public enum GGUFValueTextError: FormatViolation, Hashable {
  case notInteger(String, GGUFValueType)
  case outOfRange(String, GGUFValueType, range: String)
  case notNumber(String, GGUFValueType)
  case notBool(String)
  case holdsNUL
  case notArray(GGUFValueType, JSONViolation)
  case arrayOfArrays

  /// What is wrong with a text that should be JSON.
  public struct JSONViolation: Sendable, Hashable {
    let error: JSONError
  }

  public var description: String {
    switch self {
    case .notInteger(let text, let type): "expected a whole number (\(type.name)), found \(text.quoted(limit: 40))"
    case .outOfRange(let text, let type, let range):
      "\(text.quoted(limit: 40)) is beyond the range of \(type.name), \(range)"
    case .notNumber(let text, let type): "expected a number (\(type.name)), found \(text.quoted(limit: 40))"
    case .notBool(let text): "expected true or false, found \(text.quoted(limit: 40))"
    case .holdsNUL: "the string holds a NUL, where C programs take it to end"
    case .notArray(let type, let violation): "expected a JSON array of \(type.name): \(violation.error)"
    case .arrayOfArrays: "arrays of arrays are not written"
    }
  }
}

extension GGUFValue {
  /// Reads a value as people write it: whole numbers and numbers in decimal, `true` and `false`, a string as it is, an
  /// array as JSON.
  ///
  /// Numbers are rounded to the nearest that the type has; those beyond its range, and those that are not finite, are
  /// refused.
  /// - Throws: ``GGUFValueTextError``.
  public init(parsing text: String, as kind: GGUFValueKind) throws(GGUFValueTextError) {
    switch kind {
    case .single(.string):
      guard !text.utf8.contains(0) else { throw .holdsNUL }
      self = .string(text)
    case .single(let type): self = try Self.number(text, type)
    case .array(let type): self = .array(try Self.array(text, of: type))
    }
  }

  /// A value of any type but strings and arrays.
  private static func number(_ text: String, _ type: GGUFValueType) throws(GGUFValueTextError) -> GGUFValue {
    switch type {
    case .uint8: return .uint8(try integer(text, type))
    case .int8: return .int8(try integer(text, type))
    case .uint16: return .uint16(try integer(text, type))
    case .int16: return .int16(try integer(text, type))
    case .uint32: return .uint32(try integer(text, type))
    case .int32: return .int32(try integer(text, type))
    case .uint64: return .uint64(try integer(text, type))
    case .int64: return .int64(try integer(text, type))
    case .float32: return .float32(try float(text, type))
    case .float64: return .float64(try float(text, type))
    case .bool:
      guard text == "true" || text == "false" else { throw .notBool(text) }
      return .bool(text == "true")
    case .string, .array: throw .arrayOfArrays
    }
  }

  private static func integer<T: FixedWidthInteger>(
    _ text: String, _ type: GGUFValueType
  ) throws(GGUFValueTextError) -> T {
    let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
    guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { throw .notInteger(text, type) }
    guard let value = T(text) else { throw .outOfRange(text, type, range: "\(T.min) to \(T.max)") }
    return value
  }

  private static func float<T: BinaryFloatingPoint & LosslessStringConvertible>(
    _ text: String, _ type: GGUFValueType
  ) throws(GGUFValueTextError) -> T {
    let isDecimal = text.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
        true
      default: false
      }
    }
    guard isDecimal, let value = T(text) else { throw .notNumber(text, type) }
    guard value.isFinite else {
      throw .outOfRange(text, type, range: "-\(T.greatestFiniteMagnitude) to \(T.greatestFiniteMagnitude)")
    }
    return value
  }

  private static func array(_ text: String, of type: GGUFValueType) throws(GGUFValueTextError) -> GGUFArray {
    guard type != .array else { throw .arrayOfArrays }
    let source = Array(text.utf8)
    var scanner = JSONScanner(source)
    var bytes: [UInt8] = []
    var count = 0
    do {
      try scanner.beginArray()
      while try scanner.nextElement() {
        bytes.append(value: try element(&scanner, source, type))
        count += 1
      }
      try scanner.end()
    } catch let error as JSONError {
      throw .notArray(type, .init(error: error))
    } catch let error as GGUFValueTextError {
      throw error
    } catch {
      throw .arrayOfArrays
    }
    return GGUFArray(elementType: type, count: count, bytes: bytes)
  }

  private static func element(
    _ scanner: inout JSONScanner, _ source: [UInt8], _ type: GGUFValueType
  ) throws -> GGUFValue {
    if type == .string {
      let string = try scanner.string()
      guard !string.utf8.contains(0) else { throw GGUFValueTextError.holdsNUL }
      return .string(string)
    }
    // Looking at the value goes past the blanks before it.
    _ = try scanner.peek()
    let start = scanner.position
    try scanner.skipValue()
    return try number(String(decoding: source[start..<scanner.position], as: UTF8.self), type)
  }
}
