extension Architecture {
  private static let norms: [ExpectedTensor] = [
    .needs("attn_norm.weight", .embedding), .needs("ffn_norm.weight", .embedding),
  ]
  private static let postNorms: [ExpectedTensor] = [
    .needs("post_attention_norm.weight", .embedding), .needs("post_ffw_norm.weight", .embedding),
  ]
  private static let headNorms: [ExpectedTensor] = [
    .needs("attn_k_norm.weight", .keyLength), .needs("attn_q_norm.weight", .keyLength),
  ]
  /// The output matrix is the embedding.
  private static let head: [ExpectedTensor] = [
    .needs("token_embd.weight", .embedding, .vocabulary), .needs("output_norm.weight", .embedding),
  ]

  static let gemmas: [String: Architecture] = [
    "gemma": Architecture(keys: rmsAttention, tensors: [head], layer: [norms, .headAttention, .gated]),
    "gemma2": Architecture(keys: rmsAttention, tensors: [head], layer: [norms, .headAttention, .gated, postNorms]),
    "gemma3": Architecture(
      keys: rmsAttention, tensors: [.tiedHead], layer: [norms, .headAttention, .gated, postNorms, headNorms]),
    "gemma-embedding": Architecture(
      keys: rmsAttention, more: ["attention.sliding_window"], tensors: [.tiedHead],
      layer: [norms, .headAttention, .gated, postNorms, headNorms]),
  ]
}
