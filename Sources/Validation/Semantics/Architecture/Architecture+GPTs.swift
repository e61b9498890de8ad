extension Architecture {
  private static let norms: [ExpectedTensor] = .norms("attn_norm", "ffn_norm")
  /// One matrix for queries, keys and values, and biases everywhere.
  private static let gptLayer: [[ExpectedTensor]] = [
    norms, .fusedAttention.needing("attn_qkv.bias", "attn_output.bias"),
    .plain.needing("ffn_down.bias", "ffn_up.bias"),
  ]
  private static let normBias = ExpectedTensor.needs("output_norm.bias", .embedding)
  private static let positions = ExpectedTensor.needs(
    "position_embd.weight", .embedding, .parameter("context_length"))

  static let gpts: [String: Architecture] = [
    "gpt2": Architecture(
      keys: epsilonAttention, tensors: [.tiedHead, [normBias, positions]], layer: gptLayer),
    "starcoder": Architecture(
      keys: epsilonAttention, tensors: [.tiedHead, [normBias, positions]], layer: gptLayer),
    "gptneox": Architecture(
      keys: epsilonAttention, more: ["use_parallel_residual"], document: ["rope.dimension_count"],
      tensors: [.ownHead, [normBias]], layer: gptLayer),
    "bloom": Architecture(
      keys: epsilonAttention, tensors: [.tiedHead, [normBias], .norms("token_embd_norm")], layer: gptLayer),
    "falcon": Architecture(
      keys: epsilonAttention, document: ["attention.head_count_kv"], tensors: [.tiedHead, [normBias]],
      layer: [
        .norms("attn_norm"), .fusedAttention, .plain,
        [
          .may("attn_norm_2.weight", .embedding), .may("attn_norm_2.bias", .embedding),
        ],
      ]),
    "mpt": Architecture(
      keys: epsilonAttention, tensors: [.tiedHead, [.may("output_norm.bias", .embedding)]],
      layer: [
        .fusedAttention, .plain,
        [
          .needs("attn_norm.weight", .embedding), .needs("ffn_norm.weight", .embedding),
          .may("attn_norm.bias", .embedding), .may("ffn_norm.bias", .embedding),
        ],
      ]),
    "starcoder2": Architecture(
      keys: epsilonAttention, tensors: [.tiedHead, [normBias]],
      layer: [norms, .embeddingAttention.needing("attn_output.bias"), .plain.needing("ffn_down.bias", "ffn_up.bias")]),
    "nemotron": Architecture(
      keys: epsilonAttention, tensors: [.ownHead, [normBias]], layer: [norms, .embeddingAttention, .plain]),
    "phi2": Architecture(
      keys: epsilonAttention, tensors: [.ownHead, [normBias, .needs("output.bias", .vocabulary)]],
      layer: [
        .norms("attn_norm"), .embeddingAttention.needing("attn_output.bias"),
        .plain.needing("ffn_down.bias", "ffn_up.bias"),
      ]),
    "phi3": Architecture(
      keys: rmsAttention, tensors: [.tiedHead],
      layer: [
        .embeddingAttention,
        [
          .needs("attn_norm.weight", .embedding), .needs("ffn_norm.weight", .embedding),
          .needs("ffn_down.weight", .feedForward, .embedding),
          .needs("ffn_up.weight", .embedding, .product([.constant(2), .feedForward])),
        ],
      ]),
  ]
}
