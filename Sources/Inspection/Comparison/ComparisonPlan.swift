internal import Quantization
public import TensorCore

/// What of two checkpoints is compared.
public struct ComparisonOptions {
  /// The name that a tensor of A has in B.
  public var name: (String) -> String = { $0 }
  /// Metadata keys and tensors, by their names in A (after ``name``) and in B, that are not compared.
  public var ignores: (String) -> Bool = { _ in false }

  public init() {}
}

/// Which tensors of two checkpoints are compared with which, and how, from headers alone.
public struct ComparisonPlan: Sendable {
  /// A tensor that both have, with the same shape.
  public struct Pair: Sendable {
    public let a: TensorDescription
    public let b: TensorDescription
    /// How they are compared where their bytes cannot be, or differ.
    public let measure: Measure

    public var isRetyped: Bool { a.elementType != b.elementType }

    /// Whether equal bytes (numbers in one byte order) are what identical tensors have.
    public var comparesBytes: Bool {
      !isRetyped && (a.byteOrder == b.byteOrder || [.float, .integer].contains(a.elementType.kind))
    }
  }

  public enum Measure: Sendable, Hashable {
    /// Both are decoded to 32-bit floats.
    case weights
    /// As numbers, whatever their widths.
    case integers
    /// Types that cannot be decoded, of which it is counted how many blocks differ.
    case blocks
    /// Not at all; the end of a sentence that begins with the tensor.
    case impossible(String)
  }

  public struct Reshape: Sendable {
    public let a: TensorDescription
    public let b: TensorDescription
  }

  /// In the order of A's data.
  public let pairs: [Pair]
  /// In the order of B's data.
  public let added: [TensorDescription]
  /// In the order of A's data, by the names there.
  public let removed: [TensorDescription]
  public let reshaped: [Reshape]
  /// Whether tensors that both have stand in another order.
  public let isReordered: Bool
  /// Tensors that are not compared, counted once where both have them.
  public let ignored: Int

  public init(_ a: any TensorSource, _ b: any TensorSource, options: ComparisonOptions = ComparisonOptions()) {
    let isSameFormat = a.formatName == b.formatName
    // Of several that are renamed alike, the first.
    var places: [ExactString: Int] = [:]
    for (place, tensor) in b.tensors.enumerated() where places[ExactString(tensor.name)] == nil {
      places[ExactString(tensor.name)] = place
    }
    var isFound = [Bool](repeating: false, count: b.tensors.count)
    var pairs: [Pair] = []
    var removed: [TensorDescription] = []
    var reshaped: [Reshape] = []
    var (ignored, last, isReordered) = (0, -1, false)
    for tensor in a.tensors {
      let name = options.name(tensor.name)
      let place = places[ExactString(name)].flatMap { isFound[$0] ? nil : $0 }
      if let place { isFound[place] = true }
      if options.ignores(name) {
        ignored += 1
      } else if let place {
        if place < last { isReordered = true }
        last = place
        let other = b.tensors[place]
        // Dimensions of 1 in front say nothing between formats, which differ in how many they keep.
        if tensor.shape == other.shape
          || !isSameFormat && tensor.shape.withoutOuterOnes == other.shape.withoutOuterOnes
        {
          pairs.append(Pair(a: tensor, b: other, measure: Self.measure(tensor, other)))
        } else {
          reshaped.append(Reshape(a: tensor, b: other))
        }
      } else {
        removed.append(tensor)
      }
    }
    var added: [TensorDescription] = []
    for (place, tensor) in b.tensors.enumerated() where !isFound[place] {
      if options.ignores(tensor.name) { ignored += 1 } else { added.append(tensor) }
    }
    (self.pairs, self.added, self.removed, self.reshaped) = (pairs, added, removed, reshaped)
    (self.isReordered, self.ignored) = (isReordered, ignored)
  }

  private static func measure(_ a: TensorDescription, _ b: TensorDescription) -> Measure {
    let (reasonA, reasonB) = (obstacle(a), obstacle(b))
    if reasonA == nil && reasonB == nil { return .weights }
    let (typeA, typeB) = (a.elementType, b.elementType)
    if typeA.kind == .integer && typeB.kind == .integer { return .integers }
    if typeA == typeB && a.byteOrder == b.byteOrder { return .blocks }
    if typeA.kind == .integer || typeB.kind == .integer {
      return .impossible("is \(typeA.name) in A and \(typeB.name) in B")
    }
    return .impossible((reasonA ?? reasonB).map { "cannot be compared: \($0)" } ?? "")
  }

  /// Why a tensor cannot be decoded.
  private static func obstacle(_ tensor: TensorDescription) -> String? {
    let type = tensor.elementType
    if type.decoder == nil { return "\(type.name) is not decoded" }
    return type.kind == .quantized && tensor.byteOrder == .big ? "big-endian \(type.name) is not decoded" : nil
  }
}
