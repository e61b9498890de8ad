internal import TensorCore

extension [UInt8] {
  /// A string as a little-endian file has it.
  mutating func append(string: String) {
    append(littleEndian: UInt64(string.utf8.count))
    append(contentsOf: string.utf8)
  }

  /// A value as a little-endian file has it, without its type.
  mutating func append(value: GGUFValue) {
    switch value {
    case .uint8(let value): append(value)
    case .int8(let value): append(UInt8(bitPattern: value))
    case .uint16(let value): append(littleEndian: value)
    case .int16(let value): append(littleEndian: value)
    case .uint32(let value): append(littleEndian: value)
    case .int32(let value): append(littleEndian: value)
    case .float32(let value): append(littleEndian: value.bitPattern)
    case .bool(let value): append(value ? 1 : 0)
    case .string(let value): append(string: value)
    case .array(let array):
      append(littleEndian: array.elementType.rawValue)
      append(littleEndian: UInt64(array.count))
      append(contentsOf: array.bytes)
    case .uint64(let value): append(littleEndian: value)
    case .int64(let value): append(littleEndian: value)
    case .float64(let value): append(littleEndian: value.bitPattern)
    }
  }
}

extension GGUFValue {
  /// The value as a little-endian file has it, behind its type.
  package var encoded: [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: type.rawValue)
    bytes.append(value: self)
    return bytes
  }
}
