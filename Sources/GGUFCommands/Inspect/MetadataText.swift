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
    case .string(let value): value.quoted(limit: shownCharacters)
    case .array(let array):
      "[" + array.prefix(shownElements).map { Self.value($0) }.joined(separator: ", ")
        + (array.count > shownElements ? ", ... \(Numbers.grouped(array.count)) in all]" : "]")
    default: value.text ?? ""
    }
  }
}

extension MetadataText {
  /// A value without quotes and escapes: strings whole, long arrays cut.
  static func plain(_ value: GGUFValue) -> String {
    if case .string(let text) = value { return text }
    return Self.value(value)
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
    case .array(let array): try Self.encode(array, into: &container)
    }
  }

  /// One type at a time: a vocabulary is encoded four times as fast as value by value.
  private static func encode(_ array: GGUFArray, into container: inout any SingleValueEncodingContainer) throws {
    switch array.elementType {
    case .string: try container.encode(array.compactMap { if case .string(let text) = $0 { text } else { nil } })
    case .uint8, .int8, .uint16, .int16, .uint32, .int32, .int64:
      try container.encode(array.compactMap(\.integer))
    case .float32: try container.encode(array.compactMap { if case .float32(let value) = $0 { value } else { nil } })
    case .uint64, .float64, .bool, .array: try container.encode(array.map(MetadataJSON.init))
    }
  }
}
