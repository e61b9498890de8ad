extension Architecture {
  private static let norms: [ExpectedTensor] = [
    .needs("attn_norm.weight", .embedding), .needs("ffn_norm.weight", .embedding),
  ]
  private static let length = Extent.parameter("expert_feed_forward_length")
  private static let experts = Extent.parameter("expert_count")

  /// Rotary dimensions: those of a whole head where the file does not say otherwise.
  private static let rotary = Extent.first([.parameter("rope.dimension_count"), .keyLength])
  private static func rotaryHeads(_ heads: Extent) -> Extent { .product([heads, rotary]) }

  private static let gptOSSNorms: [ExpectedTensor] = [
    .needs("attn_norm.weight", .embedding), .needs("post_attention_norm.weight", .embedding),
  ]
  private static let gptOSSAttention: [ExpectedTensor] =
    .attention(rotaryHeads(.heads), rotaryHeads(.keyValueHeads), rotaryHeads(.keyValueHeads))
    .needing("attn_output.bias")
  private static let gptOSS: [ExpectedTensor] = [
    .needs("attn_sinks.weight", .heads), .needs("ffn_gate_inp.bias", experts),
    .needs("ffn_gate_exps.bias", length, experts), .needs("ffn_down_exps.bias", .embedding, experts),
    .needs("ffn_up_exps.bias", length, experts),
  ]

  // Multi-head latent attention: keys and values are unpacked from a vector of `kv_lora_rank`.
  private static let queryRank = Extent.parameter("attention.q_lora_rank")
  private static let rank = Extent.parameter("attention.kv_lora_rank")
  private static let keyLength = Extent.first([.parameter("attention.key_length_mla"), .keyLength])
  private static let valueLength = Extent.first([
    .parameter("attention.value_length_mla"), .parameter("attention.value_length"),
    .quotient(.embedding, .heads),
  ])
  private static let unrotated = Extent.difference(keyLength, rotary)
  private static let shared = Extent.product([length, .parameter("expert_shared_count")])
  private static let unpacking = "attn_kv_b.weight"
  private static let latentAttention: [ExpectedTensor] = [
    .needs("attn_q_a_norm.weight", queryRank).when("attention.q_lora_rank"),
    .needs("attn_q_a.weight", .embedding, queryRank).when("attention.q_lora_rank"),
    .needs("attn_q_b.weight", queryRank, .product([.heads, keyLength])).when("attention.q_lora_rank"),
    .needs("attn_q.weight", .embedding, .product([.heads, keyLength])).unless("attn_q_a.weight"),
    .needs("attn_kv_a_norm.weight", rank), .needs("attn_kv_a_mqa.weight", .embedding, .sum([rank, rotary])),
    .may(unpacking, rank, .product([.heads, .sum([unrotated, valueLength])])),
    .needs("attn_k_b.weight", unrotated, rank, .heads).unless(unpacking),
    .needs("attn_v_b.weight", rank, valueLength, .heads).unless(unpacking),
    .needs("attn_output.weight", .product([.heads, valueLength]), .embedding),
  ]
  private static let joined = "ffn_gate_up_exps.weight"
  private static let deepseekExtras: [ExpectedTensor] = [
    .may("exp_probs_b.bias", experts), .may(joined, .embedding, .product([.constant(2), length]), experts),
  ]
  private static let deepseekExperts: [ExpectedTensor] = .experts(length).map {
    ["ffn_gate_exps.weight", "ffn_up_exps.weight"].contains($0.name) ? $0.unless(joined) : $0
  }

  static let mixtures: [String: Architecture] = [
    "llama4": Architecture(
      keys: [
        rms, "attention.head_count", "expert_count", "expert_feed_forward_length", "interleave_moe_layer_step",
      ],
      tensors: [.tiedHead],
      layer: [
        norms, .headAttention, .gated.only(.dense), .experts(length).only(.sparse), .sharedExpert(length).only(.sparse),
      ],
      experts: .every("interleave_moe_layer_step")),
    "gpt-oss": Architecture(
      keys: [
        rms, "attention.head_count", "attention.sliding_window", "expert_count", "expert_feed_forward_length",
      ],
      tensors: [.ownHead], layer: [gptOSSNorms, gptOSSAttention, .experts(length), gptOSS]),
    "olmoe": Architecture(
      keys: rmsAttention, more: ["expert_count"], tensors: [.ownHead],
      layer: [
        norms, .embeddingAttention, .experts(.feedForward),
        [
          .needs("attn_q_norm.weight", .embedding), .needs("attn_k_norm.weight", .embedding),
        ],
      ]),
    "deepseek2": Architecture(
      keys: [
        rms, "attention.head_count", "attention.kv_lora_rank", "expert_count", "expert_feed_forward_length",
        "expert_shared_count",
      ],
      tensors: [.tiedHead],
      layer: [
        norms, latentAttention, .gated.only(.dense), deepseekExtras.only(.sparse), deepseekExperts.only(.sparse),
        .sharedExpert(shared).only(.sparse),
      ],
      experts: .after("leading_dense_block_count")),
  ]
}
