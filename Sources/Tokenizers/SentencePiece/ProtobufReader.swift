internal import TensorCore

/// Reads a protobuf message field by field (protobuf.dev/programming-guides/encoding), and no more of the format than that.
struct ProtobufReader {
  /// A field: its number, and its value as the wire has it.
  struct Field {
    let number: Int
    let value: Value
    /// Where its value starts, from the start of all bytes.
    let offset: Int
  }

  enum Value: Equatable {
    case varint(UInt64)
    case fixed32(UInt32)
    case fixed64(UInt64)
    case bytes(Range<Int>)
  }

  /// Groups are not used any more; those that are there are skipped.
  static let groupDepth = 16

  let bytes: [UInt8]
  private var position: Int
  private let end: Int

  init(_ bytes: [UInt8]) { self.init(bytes, 0..<bytes.count) }

  /// A message inside another one; the range is inside the bytes.
  init(_ bytes: [UInt8], _ range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  /// The next field; nil at the end.
  ///
  /// - Throws: ``TokenizerError/protobuf(_:at:)``.
  mutating func next() throws(TokenizerError) -> Field? {
    while position < end {
      let start = position
      let (number, type) = try tag()
      switch type {
      case 3: try skipGroup(number, at: start)
      case 4: throw .protobuf(.groupUnclosed, at: start)
      default: return Field(number: number, value: try value(type, at: start), offset: position)
      }
    }
    return nil
  }

  private mutating func tag() throws(TokenizerError) -> (number: Int, type: UInt64) {
    let start = position
    let tag = try varint()
    guard tag <= UInt64(UInt32.max), let number = Int(exactly: tag >> 3), number > 0 else {
      throw .protobuf(.fieldZero, at: start)
    }
    return (number, tag & 7)
  }

  private mutating func value(_ type: UInt64, at start: Int) throws(TokenizerError) -> Value {
    switch type {
    case 0: return .varint(try varint())
    case 1: return .fixed64(try fixed(8))
    case 2:
      let length = try varint()
      guard length <= UInt64(end - position) else { throw .protobuf(.lengthBeyondEnd, at: start) }
      defer { position += Int(length) }
      return .bytes(position..<(position + Int(length)))
    case 5: return .fixed32(UInt32(truncatingIfNeeded: try fixed(4)))
    default: throw .protobuf(.wireTypeUnknown, at: start)
    }
  }

  /// Skips a group that has begun, and those inside it.
  private mutating func skipGroup(_ number: Int, at start: Int) throws(TokenizerError) {
    var open = [number]
    while let current = open.last {
      let place = position
      let (number, type) = try tag()
      switch type {
      case 3:
        guard open.count < Self.groupDepth else { throw .protobuf(.groupTooDeep, at: place) }
        open.append(number)
      case 4:
        guard number == current else { throw .protobuf(.groupUnclosed, at: place) }
        open.removeLast()
      default: _ = try value(type, at: place)
      }
    }
  }

  private mutating func varint() throws(TokenizerError) -> UInt64 {
    let start = position
    var value: UInt64 = 0
    for shift in stride(from: 0, to: 64, by: 7) {
      guard position < end else { throw .protobuf(.endsEarly, at: start) }
      let byte = bytes[position]
      position += 1
      // Of the tenth byte one bit is left.
      if shift == 63 && byte > 1 { break }
      value |= UInt64(byte & 0x7F) << UInt64(shift)
      if byte < 0x80 { return value }
    }
    throw .protobuf(.varintTooLong, at: start)
  }

  private mutating func fixed(_ count: Int) throws(TokenizerError) -> UInt64 {
    guard end - position >= count else { throw .protobuf(.endsEarly, at: position) }
    var value: UInt64 = 0
    for index in 0..<count { value |= UInt64(bytes[position + index]) << UInt64(8 * index) }
    position += count
    return value
  }
}
