public import TensorCore

/// How many tensors, weights and bytes are of which type.
public struct TypeMix: Sendable {
  /// Of one type.
  public struct Share: Encodable, Sendable {
    public let type: String
    public fileprivate(set) var tensors = 0
    public fileprivate(set) var parameters = 0
    public fileprivate(set) var bytes = 0
    public let bitsPerWeight: Double
  }

  /// The type with the most bytes first.
  public let shares: [Share]

  public init(_ tensors: some Sequence<(type: ElementType, elements: Int, bytes: Int)>) {
    var shares: [ElementType: Share] = [:]
    for tensor in tensors {
      var share = shares[tensor.type] ?? Share(type: tensor.type.name, bitsPerWeight: tensor.type.bitsPerWeight)
      share.tensors += 1
      share.parameters = [share.parameters, tensor.elements].clampedSum
      share.bytes = [share.bytes, tensor.bytes].clampedSum
      shares[tensor.type] = share
    }
    self.shares = shares.values.sorted { ($1.bytes, $0.type) < ($0.bytes, $1.type) }
  }

  public var tensors: Int { shares.reduce(0) { $0 + $1.tensors } }
  public var parameters: Int { shares.lazy.map(\.parameters).clampedSum }
  public var bytes: Int { shares.lazy.map(\.bytes).clampedSum }

  /// Bits a weight over all tensors.
  public var bitsPerWeight: Double { parameters == 0 ? 0 : Double(bytes) * 8 / Double(parameters) }
}
