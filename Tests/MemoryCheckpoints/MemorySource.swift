internal import Quantization
public import TensorCore

/// A checkpoint in memory.
public struct MemorySource: TensorSource {
  public struct Entry: Sendable {
    public let name: String
    public let type: ElementType
    public let dimensions: [Int]
    public var byteOrder = ByteOrder.little
    /// nil where only the plan is looked at.
    public var payload: [UInt8]?

    public init(
      name: String, type: ElementType, dimensions: [Int], byteOrder: ByteOrder = .little, payload: [UInt8]? = nil
    ) {
      self.name = name
      self.type = type
      self.dimensions = dimensions
      self.byteOrder = byteOrder
      self.payload = payload
    }
  }

  public let tensors: [TensorDescription]
  public var files = [SourceFile(path: "folder/memory.bin", size: 1 << 40)]
  public let formatName = "memory"
  private let payloads: [String: [UInt8]]

  public init(_ entries: [Entry]) {
    var offset = 0
    tensors = entries.map { entry in
      let shape = shape(entry.dimensions)
      let bytes = entry.type.byteCount(elements: shape.elementCount) ?? 0
      defer { offset += bytes }
      return TensorDescription(
        name: entry.name, elementType: entry.type, shape: shape, byteOrder: entry.byteOrder, offset: offset,
        byteCount: bytes)
    }
    payloads = Dictionary(entries.map { ($0.name, $0.payload ?? []) }, uniquingKeysWith: { first, _ in first })
  }

  public init(_ name: String, _ type: ElementType, _ dimensions: [Int], payload: [UInt8]? = nil) {
    self.init([Entry(name: name, type: type, dimensions: dimensions, payload: payload)])
  }

  /// A tensor of F32 weights, of which only the plan is looked at.
  public init(_ name: String, _ dimensions: [Int]) { self.init(name, .f32, dimensions) }

  /// A tensor of F32 weights.
  public init(_ name: String, _ dimensions: [Int], weights: [Float]) {
    self.init(name, .f32, dimensions, payload: payload(of: weights, as: .f32))
  }

  public func read(
    _ tensor: TensorDescription, from start: Int, into buffer: inout MutableSpan<UInt8>
  ) throws(SourceError) {
    let bytes = payloads[tensor.name] ?? []
    let count = buffer.count
    buffer.withUnsafeMutableBytes { $0.copyBytes(from: bytes[start..<(start + count)]) }
  }
}

/// The types that weights are converted to.
public let encodedTypes = ElementType.allCases.filter { $0.codec != nil }

/// A shape whose dimensions are known to fit.
public func shape(_ dimensions: [Int]) -> Shape {
  guard let shape = Shape(checking: dimensions.map(UInt64.init)) else { preconditionFailure("\(dimensions)") }
  return shape
}

/// What a file of this type holds for the weights; those of F8 must be exact in it.
public func payload(of weights: [Float], as type: ElementType, _ order: ByteOrder = .little) -> [UInt8] {
  var bytes: [UInt8] = []
  switch type {
  case .f64: for weight in weights { bytes.append(littleEndian: Double(weight).bitPattern) }
  case .f8_E4M3, .f8_E5M2, .f8_E8M0:
    let values = decoded((0...255).map { UInt8($0) }, of: type)
    for weight in weights { bytes.append(UInt8(values.firstIndex { $0 == weight } ?? 0xFF)) }
  default: bytes = encoded(weights, as: type)
  }
  if order == .big {
    var span = bytes.mutableSpan
    span.reverseBytes(ofElements: type.blockBytes)
  }
  return bytes
}

/// The blocks that a type's codec makes of all weights at once.
public func encoded(_ weights: [Float], as type: ElementType) -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: weights.count / type.blockLength * type.blockBytes)
  var span = bytes.mutableSpan
  type.codec?.encode(weights.span, into: &span)
  return bytes
}

/// The weights of blocks.
public func decoded(_ blocks: [UInt8], of type: ElementType) -> [Float] {
  var weights = [Float](repeating: .nan, count: blocks.count / type.blockBytes * type.blockLength)
  var span = weights.mutableSpan
  type.decoder?.decode(blocks.span, into: &span)
  return weights
}
