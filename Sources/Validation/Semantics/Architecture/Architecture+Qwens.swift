extension Architecture {
  private static let norms: [ExpectedTensor] = [
    .needs("attn_norm.weight", .embedding), .needs("ffn_norm.weight", .embedding),
  ]
  private static let headNorms: [ExpectedTensor] = [
    .needs("attn_k_norm.weight", .keyLength), .needs("attn_q_norm.weight", .keyLength),
  ]
  /// Queries have lengths of their own, keys that of values.
  private static let headAttention: [ExpectedTensor] = .attention(.queries, .values, .values)
  private static let used = "expert_used_count"
  private static let expertLength = Extent.first([
    .parameter("expert_feed_forward_length"), .quotient(.feedForward, .parameter(used)),
  ])
  private static let sharedLength = Extent.first([.parameter("expert_shared_feed_forward_length"), .feedForward])

  static let qwens: [String: Architecture] = [
    "qwen2": Architecture(
      keys: rmsAttention, tensors: [.tiedHead, [.may("output.bias", .vocabulary)]],
      layer: [norms, .embeddingAttention, .gated]),
    "qwen2moe": Architecture(
      keys: [rms, "attention.head_count", "expert_count", used], tensors: [.ownHead],
      layer: [
        norms, .embeddingAttention, .experts(expertLength), .sharedExpert(sharedLength),
        [
          .needs("ffn_gate_inp_shexp.weight", .embedding)
        ],
      ]),
    "qwen3": Architecture(
      keys: rmsAttention, tensors: [.tiedHead], layer: [norms, headAttention, headNorms, .gated]),
    "qwen3moe": Architecture(
      keys: [rms, "attention.head_count", "expert_count", used], tensors: [.tiedHead],
      layer: [norms, headAttention, headNorms, .experts(expertLength)]),
  ]
}
