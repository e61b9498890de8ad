internal import GGUF
internal import TensorCore

/// Metadata values for people.
enum MetadataText {
  /// Elements of an array that are shown.
  private static let shownElements = 4
  /// Characters of a string that are shown.
  private static let shownCharacters = 60

  /// `u32`, `[str]`.
  static func type(_ value: GGUFValue) -> String {
    if case .array(let array) = value { return "[\(array.elementType.name)]" }
    return value.type.name
  }

  static func value(_ value: GGUFValue) -> String {
    switch value {
    case .uint8(let value): "\(value)"
    case .int8(let value): "\(value)"
    case .uint16(let value): "\(value)"
    case .int16(let value): "\(value)"
    case .uint32(let value): "\(value)"
    case .int32(let value): "\(value)"
    case .uint64(let value): "\(value)"
    case .int64(let value): "\(value)"
    case .float32(let value): "\(value)"
    case .float64(let value): "\(value)"
    case .bool(let value): "\(value)"
    case .string(let value): value.quoted(limit: shownCharacters)
    case .array(let array):
      "[" + array.prefix(shownElements).map { Self.value($0) }.joined(separator: ", ")
        + (array.count > shownElements ? ", ... \(Numbers.grouped(array.count)) in all]" : "]")
    }
  }
}

/// A metadata value in JSON: numbers as numbers (those that are not finite as strings), arrays whole.
struct MetadataJSON: Encodable {
  let value: GGUFValue

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch value {
    case .uint8(let value): try container.encode(value)
    case .int8(let value): try container.encode(value)
    case .uint16(let value): try container.encode(value)
    case .int16(let value): try container.encode(value)
    case .uint32(let value): try container.encode(value)
    case .int32(let value): try container.encode(value)
    case .uint64(let value): try container.encode(value)
    case .int64(let value): try container.encode(value)
    case .float32(let value): try container.encode(value)
    case .float64(let value): try container.encode(value)
    case .bool(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .array(let array): try container.encode(array.elements.map(MetadataJSON.init))
    }
  }
}
