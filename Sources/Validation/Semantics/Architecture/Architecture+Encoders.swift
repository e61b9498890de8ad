extension Architecture {
  /// A layer that norms what attention and feed-forward network give, not what they take.
  private static let bertNorms: [ExpectedTensor] =
    .norms("attn_output_norm", "layer_output_norm")
  private static let tokenTypes = "tokenizer.ggml.token_type_count"

  /// T5's names its stacks, and its projections `attn_o`.
  private static func t5Attention(_ name: String) -> [ExpectedTensor] {
    [
      .needs("\(name)_norm.weight", .embedding), .needs("\(name)_q.weight", .embedding, .keys),
      .needs("\(name)_k.weight", .embedding, .keys), .needs("\(name)_v.weight", .embedding, .values),
      .needs("\(name)_o.weight", .values, .embedding),
      .may("\(name)_rel_b.weight", .heads, .parameter("attention.relative_buckets_count")),
    ]
  }
  private static let t5FeedForward: [ExpectedTensor] = [
    .needs("ffn_norm.weight", .embedding), .may("ffn_gate.weight", .embedding, .feedForward),
    .needs("ffn_down.weight", .feedForward, .embedding), .needs("ffn_up.weight", .embedding, .feedForward),
  ]
  private static let t5Encoder = Stack(prefix: "enc.blk", tensors: t5Attention("attn") + t5FeedForward)
  private static let t5Decoder = Stack(
    prefix: "dec.blk", count: "decoder_block_count",
    tensors: t5Attention("attn") + t5Attention("cross_attn") + t5FeedForward)
  private static let t5Keys = rmsAttention + ["attention.relative_buckets_count"]
  private static let t5Head: [ExpectedTensor] = [
    .needs("token_embd.weight", .embedding, .vocabulary), .needs("enc.output_norm.weight", .embedding),
    .may("output.weight", .embedding, .vocabulary),
  ]

  static let encoders: [String: Architecture] = [
    "bert": Architecture(
      keys: epsilonAttention, other: [tokenTypes],
      tensors: [
        .embedding, .norms("token_embd_norm"),
        [.needs("position_embd.weight", .embedding, .parameter("context_length"))],
      ],
      layer: [.embeddingAttention, bertNorms, .plain]),
    "nomic-bert": Architecture(
      keys: epsilonAttention, other: [tokenTypes], tensors: [.embedding, .norms("token_embd_norm")],
      layer: [.embeddingAttention, bertNorms, .gated]),
    "t5": Architecture(
      keys: t5Keys, tensors: [t5Head, [.needs("dec.output_norm.weight", .embedding)]], stacks: [t5Encoder, t5Decoder]),
    "t5encoder": Architecture(keys: t5Keys, tensors: [t5Head], stacks: [t5Encoder]),
  ]
}
