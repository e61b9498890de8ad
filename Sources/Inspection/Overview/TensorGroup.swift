public import TensorCore

/// The tensors of one layer, or those that do the same in all layers.
public struct TensorGroup: Encodable, Sendable {
  /// `12`, or `blk.*.attn_q.weight`; nil for the tensors that are of no layer.
  public let name: String?
  public let types: TypeMix

  /// A group a layer, ascending; first the tensors that are of none.
  public static func layers(_ tensors: [TensorDescription]) -> [TensorGroup] {
    let groups = Dictionary(grouping: tensors) { LayerName($0.name).layer }
    return groups.sorted { ($0.key ?? -1) < ($1.key ?? -1) }.map {
      TensorGroup(name: $0.key.map(String.init), $0.value)
    }
  }

  /// A group a kind, the one with the most bytes first.
  public static func kinds(_ tensors: [TensorDescription]) -> [TensorGroup] {
    Dictionary(grouping: tensors) { LayerName($0.name).kind }
      .map { TensorGroup(name: $0.key, $0.value) }
      .sorted { ($1.types.bytes, $0.name ?? "") < ($0.types.bytes, $1.name ?? "") }
  }

  private init(name: String?, _ tensors: [TensorDescription]) {
    self.name = name
    types = TypeMix(tensors.map { ($0.elementType, $0.shape.elementCount, $0.byteCount) })
  }

  private enum CodingKeys: String, CodingKey {
    case name, tensors, parameters, bytes, bitsPerWeight, types
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(name, forKey: .name)
    try container.encode(types.tensors, forKey: .tensors)
    try container.encode(types.parameters, forKey: .parameters)
    try container.encode(types.bytes, forKey: .bytes)
    try container.encode(types.bitsPerWeight, forKey: .bitsPerWeight)
    try container.encode(types.shares, forKey: .types)
  }
}
