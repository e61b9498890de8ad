/// A tensor that models of an architecture have.
struct ExpectedTensor: Sendable {
  enum Presence: Sendable {
    case required
    case optional
    /// Required where another one, of the same layer, is not there.
    case unless(String)
    /// Required where a hyper-parameter is there and not 0.
    case given(String)
  }

  /// The layers of a mixture of experts that have a feed-forward network of their own, and those that have experts.
  enum Layers: Sendable { case all, dense, sparse }

  /// In a layer without `blk.N.` in front.
  let name: String
  /// The row's length first, as in a GGUF file.
  let extents: [Extent]
  var presence = Presence.required
  var layers = Layers.all

  static func needs(_ name: String, _ extents: Extent...) -> ExpectedTensor {
    ExpectedTensor(name: name, extents: extents)
  }
  static func may(_ name: String, _ extents: Extent...) -> ExpectedTensor {
    ExpectedTensor(name: name, extents: extents, presence: .optional)
  }
  func unless(_ other: String) -> ExpectedTensor { with { $0.presence = .unless(other) } }
  func when(_ parameter: String) -> ExpectedTensor { with { $0.presence = .given(parameter) } }
  func only(_ layers: Layers) -> ExpectedTensor { with { $0.layers = layers } }

  private func with(_ change: (inout ExpectedTensor) -> Void) -> ExpectedTensor {
    var copy = self
    change(&copy)
    return copy
  }
}

/// Groups that many architectures share.
extension Array where Element == ExpectedTensor {
  /// Norms, each with a weight and a bias.
  static func norms(_ names: String...) -> [ExpectedTensor] {
    names.flatMap { name -> [ExpectedTensor] in
      [.needs("\(name).weight", .embedding), .needs("\(name).bias", .embedding)]
    }
  }

  /// Embedding, last norm, and an output matrix that may be the embedding.
  static let tiedHead: [ExpectedTensor] = [
    .needs("token_embd.weight", .embedding, .vocabulary), .needs("output_norm.weight", .embedding),
    .may("output.weight", .embedding, .vocabulary),
  ]
  static let ownHead: [ExpectedTensor] = [
    .needs("token_embd.weight", .embedding, .vocabulary), .needs("output_norm.weight", .embedding),
    .needs("output.weight", .embedding, .vocabulary),
  ]
  static let embedding: [ExpectedTensor] = [.needs("token_embd.weight", .embedding, .vocabulary)]

  /// Queries, keys and values: one matrix or three, with biases or without.
  static func attention(_ queries: Extent, _ keys: Extent, _ values: Extent) -> [ExpectedTensor] {
    let fused = "attn_qkv.weight"
    return [
      .may(fused, .embedding, .sum([queries, keys, values])), .may("attn_qkv.bias", .sum([queries, keys, values])),
      .needs("attn_q.weight", .embedding, queries).unless(fused),
      .needs("attn_k.weight", .embedding, keys).unless(fused),
      .needs("attn_v.weight", .embedding, values).unless(fused),
      .may("attn_q.bias", queries), .may("attn_k.bias", keys), .may("attn_v.bias", values),
      .needs("attn_output.weight", queries, .embedding), .may("attn_output.bias", .embedding),
    ]
  }

  /// Heads that have lengths of their own.
  static let headAttention = attention(.queries, .keys, .values)
  /// All heads together are as long as the embedding.
  static let embeddingAttention = attention(.embedding, .values, .values)

  /// One matrix for queries, keys and values.
  static let fusedAttention: [ExpectedTensor] = [
    .needs("attn_qkv.weight", .embedding, .sum([.embedding, .values, .values])),
    .may("attn_qkv.bias", .sum([.embedding, .values, .values])),
    .needs("attn_output.weight", .embedding, .embedding), .may("attn_output.bias", .embedding),
  ]

  static let gated: [ExpectedTensor] =
    plain + [
      .needs("ffn_gate.weight", .embedding, .feedForward), .may("ffn_gate.bias", .feedForward),
    ]
  static let plain: [ExpectedTensor] = [
    .needs("ffn_down.weight", .feedForward, .embedding), .needs("ffn_up.weight", .embedding, .feedForward),
    .may("ffn_down.bias", .embedding), .may("ffn_up.bias", .feedForward),
  ]

  /// A router and experts, each with gate, up and down.
  static func experts(_ length: Extent) -> [ExpectedTensor] {
    let experts = Extent.parameter("expert_count")
    return [
      .needs("ffn_gate_inp.weight", .embedding, experts),
      .needs("ffn_gate_exps.weight", .embedding, length, experts),
      .needs("ffn_down_exps.weight", length, .embedding, experts),
      .needs("ffn_up_exps.weight", .embedding, length, experts),
    ]
  }
  static func sharedExpert(_ length: Extent) -> [ExpectedTensor] {
    [
      .needs("ffn_gate_shexp.weight", .embedding, length), .needs("ffn_down_shexp.weight", length, .embedding),
      .needs("ffn_up_shexp.weight", .embedding, length),
    ]
  }

  func only(_ layers: ExpectedTensor.Layers) -> [ExpectedTensor] { map { $0.only(layers) } }
  /// With their biases, which the architecture demands.
  func needing(_ names: String...) -> [ExpectedTensor] {
    map { tensor in
      guard names.contains(tensor.name) else { return tensor }
      return ExpectedTensor(name: tensor.name, extents: tensor.extents, layers: tensor.layers)
    }
  }
}
