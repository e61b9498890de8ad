public import TensorCore

/// Writes GGUF files of version 2 and 3 in both byte orders, the correct ones and those that lie.
///
/// A builder left alone writes a correct file. Each way to break it is one property.
public struct GGUFBuilder: Sendable {
  /// A metadata value, with the means to tell a lie in it.
  public indirect enum Value: Sendable {
    case u8(UInt8), i8(Int8), u16(UInt16), i16(Int16), u32(UInt32), i32(Int32), u64(UInt64), i64(Int64)
    case f32(Float), f64(Double)
    /// A byte, so that it can be one that no bool has.
    case bool(UInt8)
    case string(String)
    /// A string that need not be UTF-8, nor as long as it says.
    case bytes([UInt8], length: UInt64? = nil)
    case array(of: UInt32, [Value], count: UInt64? = nil)
    /// Bytes behind any type at all.
    case raw(type: UInt32, [UInt8])

    /// The id of the value's type.
    public var type: UInt32 {
      switch self {
      case .u8: 0
      case .i8: 1
      case .u16: 2
      case .i16: 3
      case .u32: 4
      case .i32: 5
      case .f32: 6
      case .bool: 7
      case .string, .bytes: 8
      case .array: 9
      case .u64: 10
      case .i64: 11
      case .f64: 12
      case .raw(let type, _): type
      }
    }
  }

  /// A metadata pair.
  public struct Pair: Sendable {
    public var key: [UInt8]
    public var value: Value

    public init(key: [UInt8], value: Value) {
      self.key = key
      self.value = value
    }
  }

  /// A tensor, its dimensions in the order of the file: the row's length first.
  public struct Tensor: Sendable {
    public var name: [UInt8]
    public var dimensions: [UInt64]
    public var type: UInt32
    public var payload: [UInt8]
    /// In place of the true one.
    public var offset: UInt64?
    /// In place of the true one.
    public var declaredDimensionCount: UInt32?
  }

  public var magic: [UInt8] = Array("GGUF".utf8)
  public var version: UInt32 = 3
  public var order = ByteOrder.little
  /// What the file is laid out with; the key `general.alignment` is added like any other.
  public var alignment = 32
  public var pairs: [Pair] = []
  public var tensors: [Tensor] = []
  /// In place of the true one.
  public var declaredTensorCount: UInt64?
  /// In place of the true one.
  public var declaredPairCount: UInt64?
  public var headerPadding: UInt8 = 0
  public var dataPadding: UInt8 = 0
  public var padsLastTensor = true
  public var trailing: [UInt8] = []

  public init() {}

  public mutating func add(_ key: String, _ value: Value) { pairs.append(Pair(key: Array(key.utf8), value: value)) }

  /// - Parameters:
  ///   - dimensions: The row's length first.
  ///   - type: The element type's id.
  public mutating func addTensor(
    _ name: String, _ dimensions: [UInt64], type: UInt32, payload: [UInt8], offset: UInt64? = nil
  ) {
    tensors.append(
      Tensor(name: Array(name.utf8), dimensions: dimensions, type: type, payload: payload, offset: offset))
  }

  /// An architecture, a number and two F32 tensors: `w` of 2 rows of 5, and `b` of 3. The header has 157 bytes and 3 of
  /// padding, the tensors 40 and 12 bytes and padding to 64 and 32, the file 256.
  public static func small() -> GGUFBuilder {
    var builder = GGUFBuilder()
    builder.add("general.architecture", .string("llama"))
    builder.add("n", .u8(7))
    builder.addTensor("w", [5, 2], type: 0, payload: (1...40).map { UInt8($0) })
    builder.addTensor("b", [3], type: 0, payload: (101...112).map { UInt8($0) })
    return builder
  }
}

extension GGUFBuilder {
  /// The header without its padding, and the data.
  public func parts() -> (header: [UInt8], data: [UInt8]) {
    var header = magic
    header.append(number: version, order)
    header.append(number: declaredTensorCount ?? UInt64(tensors.count), order)
    header.append(number: declaredPairCount ?? UInt64(pairs.count), order)
    for pair in pairs {
      append(.bytes(pair.key), to: &header)
      header.append(number: pair.value.type, order)
      append(pair.value, to: &header)
    }
    var data: [UInt8] = []
    for (index, tensor) in tensors.enumerated() {
      append(.bytes(tensor.name), to: &header)
      header.append(number: tensor.declaredDimensionCount ?? UInt32(tensor.dimensions.count), order)
      for dimension in tensor.dimensions { header.append(number: dimension, order) }
      header.append(number: tensor.type, order)
      header.append(number: tensor.offset ?? UInt64(data.count), order)
      data += tensor.payload
      if padsLastTensor || index + 1 < tensors.count { pad(&data, with: dataPadding) }
    }
    return (header, data)
  }

  /// The file.
  public func build() -> [UInt8] {
    var (header, data) = parts()
    if !tensors.isEmpty { pad(&header, with: headerPadding) }
    return header + data + trailing
  }

  private func pad(_ bytes: inout [UInt8], with byte: UInt8) {
    while bytes.count % alignment != 0 { bytes.append(byte) }
  }

  private func append(_ value: Value, to bytes: inout [UInt8]) {
    switch value {
    case .u8(let value), .bool(let value): bytes.append(value)
    case .i8(let value): bytes.append(number: value, order)
    case .u16(let value): bytes.append(number: value, order)
    case .i16(let value): bytes.append(number: value, order)
    case .u32(let value): bytes.append(number: value, order)
    case .i32(let value): bytes.append(number: value, order)
    case .u64(let value): bytes.append(number: value, order)
    case .i64(let value): bytes.append(number: value, order)
    case .f32(let value): bytes.append(number: value.bitPattern, order)
    case .f64(let value): bytes.append(number: value.bitPattern, order)
    case .string(let text): append(.bytes(Array(text.utf8)), to: &bytes)
    case .bytes(let text, let length):
      bytes.append(number: length ?? UInt64(text.count), order)
      bytes += text
    case .array(let type, let elements, let count):
      bytes.append(number: type, order)
      bytes.append(number: count ?? UInt64(elements.count), order)
      for element in elements { append(element, to: &bytes) }
    case .raw(_, let raw): bytes += raw
    }
  }
}
