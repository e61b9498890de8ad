internal import TensorCore

/// A metadata array, held as the bytes that a little-endian file has for it.
///
/// A vocabulary of 262,144 tokens is one allocation, not 262,144; its strings come to be when they are asked for.
public struct GGUFArray: Sendable, Equatable {
  public let elementType: GGUFValueType
  public let count: Int
  /// The elements as in a little-endian GGUF v3 file, without the array's own type and count.
  package let bytes: [UInt8]

  init(elementType: GGUFValueType, count: Int, bytes: [UInt8]) {
    self.elementType = elementType
    self.count = count
    self.bytes = bytes
  }

  public init(_ strings: [String]) {
    var bytes: [UInt8] = []
    for string in strings {
      bytes.append(littleEndian: UInt64(string.utf8.count))
      bytes.append(contentsOf: string.utf8)
    }
    self.init(elementType: .string, count: strings.count, bytes: bytes)
  }

  public init(_ values: [UInt64]) {
    var bytes: [UInt8] = []
    for value in values { bytes.append(littleEndian: value) }
    self.init(elementType: .uint64, count: values.count, bytes: bytes)
  }

  public init(_ values: [Int32]) {
    var bytes: [UInt8] = []
    for value in values { bytes.append(littleEndian: value) }
    self.init(elementType: .int32, count: values.count, bytes: bytes)
  }

  public init(_ values: [Float]) {
    var bytes: [UInt8] = []
    for value in values { bytes.append(littleEndian: value.bitPattern) }
    self.init(elementType: .float32, count: values.count, bytes: bytes)
  }

  public init(_ values: [UInt8]) { self.init(elementType: .uint8, count: values.count, bytes: values) }

  /// The first `limit` elements.
  public func prefix(_ limit: Int) -> [GGUFValue] { Array(lazy.prefix(Swift.max(0, limit))) }

  /// All elements.
  public var elements: [GGUFValue] { Array(self) }

  /// The element at `position`, which moves behind it; nil where the bytes end early, which checked bytes never do.
  static func element(of type: GGUFValueType, in bytes: [UInt8], at position: inout Int) -> GGUFValue? {
    func load<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type) -> T? {
      guard position + MemoryLayout<T>.size <= bytes.count else { return nil }
      defer { position += MemoryLayout<T>.size }
      return bytes.span.load(T.self, at: position)
    }
    switch type {
    case .uint8: return load(UInt8.self).map(GGUFValue.uint8)
    case .int8: return load(Int8.self).map(GGUFValue.int8)
    case .uint16: return load(UInt16.self).map(GGUFValue.uint16)
    case .int16: return load(Int16.self).map(GGUFValue.int16)
    case .uint32: return load(UInt32.self).map(GGUFValue.uint32)
    case .int32: return load(Int32.self).map(GGUFValue.int32)
    case .float32: return load(UInt32.self).map { .float32(Float(bitPattern: $0)) }
    case .bool: return load(UInt8.self).map { .bool($0 != 0) }
    case .uint64: return load(UInt64.self).map(GGUFValue.uint64)
    case .int64: return load(Int64.self).map(GGUFValue.int64)
    case .float64: return load(UInt64.self).map { .float64(Double(bitPattern: $0)) }
    case .string:
      guard let length = load(UInt64.self).flatMap({ Int(exactly: $0) }), length <= bytes.count - position else {
        return nil
      }
      defer { position += length }
      return .string(String(decoding: bytes[position..<(position + length)], as: UTF8.self))
    case .array:
      guard let type = load(UInt32.self).flatMap(GGUFValueType.init(rawValue:)),
        let count = load(UInt64.self).flatMap({ Int(exactly: $0) })
      else { return nil }
      // An array inside an array: walk over its elements to find where it ends.
      let start = position
      for _ in 0..<count where Self.element(of: type, in: bytes, at: &position) == nil { return nil }
      return .array(GGUFArray(elementType: type, count: count, bytes: Array(bytes[start..<position])))
    }
  }
}

extension GGUFArray: Sequence {
  /// One element after another, each made when it is asked for.
  public struct Iterator: IteratorProtocol {
    private let array: GGUFArray
    private var index = 0
    private var position = 0

    init(_ array: GGUFArray) { self.array = array }

    public mutating func next() -> GGUFValue? {
      guard index < array.count else { return nil }
      index += 1
      return GGUFArray.element(of: array.elementType, in: array.bytes, at: &position)
    }
  }

  public func makeIterator() -> Iterator { Iterator(self) }

  public var underestimatedCount: Int { count }
}
