internal import StrictJSON
public import TensorCore

/// What a headerless file of fp32 numbers holds: formats/raw-fp32.md is its normative page.
public struct RawDescription: Sendable, Hashable {
  /// A description of 100,000 tensors takes about 10 MB.
  public static let maximumSize = 100_000_000
  /// What a GGUF file holds.
  public static let maximumDimensions = 4

  /// A tensor as the description gives it.
  public struct Tensor: Sendable, Hashable {
    public let name: String
    /// Outermost first.
    public let dimensions: [UInt64]
    /// Bytes from the start of the file; nil: where the tensor before it ends.
    public let offset: UInt64?

    public init(name: String, dimensions: [UInt64], offset: UInt64? = nil) {
      self.name = name
      self.dimensions = dimensions
      self.offset = offset
    }
  }

  public let byteOrder: ByteOrder
  public let tensors: [Tensor]

  public init(byteOrder: ByteOrder = .little, tensors: [Tensor]) {
    self.byteOrder = byteOrder
    self.tensors = tensors
  }

  /// Parses the JSON form.
  public init(json: [UInt8]) throws(RawCheckpointError) {
    let draft: Draft
    do throws(JSONError) {
      var scanner = JSONScanner(json)
      draft = try Draft(&scanner)
      try scanner.end()
    } catch {
      throw .descriptionNotJSON(error)
    }
    if let key = draft.unknownKey { throw .unknownKey(key) }
    guard let order = ByteOrder(rawValue: draft.byteOrder) else { throw .byteOrderUnknown(draft.byteOrder) }
    guard !draft.tensors.isEmpty else { throw .tensorsMissing }
    var tensors: [Tensor] = []
    for (number, tensor) in draft.tensors.enumerated() {
      guard let name = tensor.name else { throw .nameMissing(index: number) }
      guard let dimensions = tensor.dimensions else { throw .shapeMissing(tensor: name) }
      tensors.append(Tensor(name: name, dimensions: dimensions, offset: tensor.offset))
    }
    self.init(byteOrder: order, tensors: tensors)
  }

  /// The tensors in a file of `size` bytes, in the order of their data, which must cover the file exactly.
  public func layout(size: Int) throws(RawCheckpointError) -> [TensorDescription] {
    var described: [TensorDescription] = []
    var names: Set<ExactString> = []
    var next = 0
    for (number, tensor) in tensors.enumerated() {
      guard !tensor.name.isEmpty else { throw .nameEmpty(index: number) }
      guard names.insert(ExactString(tensor.name)).inserted else { throw .nameTwice(tensor.name) }
      guard !tensor.dimensions.isEmpty else { throw .shapeEmpty(tensor: tensor.name) }
      guard tensor.dimensions.count <= Self.maximumDimensions else {
        throw .shapeHasTooManyDimensions(
          tensor: tensor.name, count: tensor.dimensions.count, limit: Self.maximumDimensions)
      }
      guard !tensor.dimensions.contains(0) else { throw .shapeHasZero(tensor: tensor.name) }
      guard let shape = Shape(checking: tensor.dimensions),
        let bytes = ElementType.f32.byteCount(elements: shape.elementCount),
        let offset = tensor.offset.map({ Int(exactly: $0) }) ?? next,
        case let (end, overflow) = offset.addingReportingOverflow(bytes), !overflow
      else { throw .shapeTooLarge(tensor: tensor.name) }
      described.append(
        TensorDescription(
          name: tensor.name, elementType: .f32, shape: shape, byteOrder: byteOrder, offset: offset,
          byteCount: bytes))
      next = end
    }
    described.sort { $0.offset < $1.offset }
    var end = 0
    for tensor in described {
      if tensor.offset < end { throw .overlap(tensor: tensor.name, offset: tensor.offset, previousEnd: end) }
      if tensor.offset > end { throw .gap(from: end, to: tensor.offset, before: tensor.name) }
      end = tensor.offset + tensor.byteCount
      if end > size { throw .beyondEnd(tensor: tensor.name, end: end, size: size) }
    }
    guard end == size else { throw .sizeDisagrees(described: end, size: size) }
    return described
  }
}

/// A description as it stands in the JSON, not yet checked.
private struct Draft {
  var byteOrder = ByteOrder.little.rawValue
  var tensors: [DraftTensor] = []
  /// The first key that a description does not have: a misspelt one must not be passed over.
  var unknownKey: String?

  struct DraftTensor {
    var name: String?
    var dimensions: [UInt64]?
    var offset: UInt64?
  }

  init(_ scanner: inout JSONScanner) throws(JSONError) {
    try scanner.beginObject()
    while let key = try scanner.nextKey() {
      switch key {
      case "byte_order": byteOrder = try scanner.string()
      case "tensors":
        try scanner.beginArray()
        while try scanner.nextElement() { tensors.append(try tensor(&scanner)) }
      default: try skip(key, &scanner)
      }
    }
  }

  private mutating func tensor(_ scanner: inout JSONScanner) throws(JSONError) -> DraftTensor {
    var tensor = DraftTensor()
    try scanner.beginObject()
    while let key = try scanner.nextKey() {
      switch key {
      case "name": tensor.name = try scanner.string()
      case "shape":
        var dimensions: [UInt64] = []
        try scanner.beginArray()
        while try scanner.nextElement() { dimensions.append(try scanner.unsignedInteger()) }
        tensor.dimensions = dimensions
      case "offset": tensor.offset = try scanner.unsignedInteger()
      default: try skip(key, &scanner)
      }
    }
    return tensor
  }

  private mutating func skip(_ key: String, _ scanner: inout JSONScanner) throws(JSONError) {
    unknownKey = unknownKey ?? key
    try scanner.skipValue()
  }
}
