extension Architecture {
  /// The layer of LLaMA: norms without biases, rotary positions, a gated feed-forward network or experts.
  private static let llamaLayer: [[ExpectedTensor]] = [
    norms, .headAttention, .gated.only(.dense), .experts(.feedForward).only(.sparse).map(optionalGate),
    .sharedExpert(.parameter(sharedLength)).map { $0.when(sharedLength).only(.sparse) },
  ]

  private static let sharedLength = "expert_shared_feed_forward_length"

  private static func optionalGate(_ tensor: ExpectedTensor) -> ExpectedTensor {
    guard tensor.name == "ffn_gate_exps.weight" else { return tensor }
    return ExpectedTensor(name: tensor.name, extents: tensor.extents, presence: .optional, layers: tensor.layers)
  }

  /// Of two norms with biases.
  private static let biasedNorms: [ExpectedTensor] = .norms("attn_norm", "ffn_norm")
  private static let norms: [ExpectedTensor] = [
    .needs("attn_norm.weight", .embedding), .needs("ffn_norm.weight", .embedding),
  ]

  static let llamas: [String: Architecture] = [
    "llama": Architecture(
      keys: rmsAttention, document: ["rope.dimension_count"], tensors: [.tiedHead], layer: llamaLayer),
    "mistral3": Architecture(keys: rmsAttention, tensors: [.tiedHead], layer: llamaLayer),
    "granite": Architecture(keys: rmsAttention, more: ["logit_scale"], tensors: [.tiedHead], layer: llamaLayer),
    "granitemoe": Architecture(keys: rmsAttention, more: ["logit_scale"], tensors: [.tiedHead], layer: llamaLayer),
    "exaone": Architecture(keys: rmsAttention, tensors: [.tiedHead], layer: [norms, .headAttention, .gated]),
    "internlm2": Architecture(
      keys: rmsAttention, tensors: [.ownHead], layer: [norms, .embeddingAttention, .gated]),
    "orion": Architecture(
      keys: epsilonAttention, tensors: [.ownHead, [.needs("output_norm.bias", .embedding)]],
      layer: [biasedNorms, .embeddingAttention, .gated]),
    "stablelm": Architecture(
      keys: epsilonAttention, tensors: [.ownHead, [.needs("output_norm.bias", .embedding)]],
      layer: [
        .norms("attn_norm"), .embeddingAttention, .gated,
        [
          .may("ffn_norm.weight", .embedding), .may("ffn_norm.bias", .embedding),
          .may("attn_q_norm.weight", .keyLength, .heads), .may("attn_k_norm.weight", .keyLength, .keyValueHeads),
        ],
      ]),
    "command-r": Architecture(
      keys: epsilonAttention, tensors: [.embedding, [.needs("output_norm.weight", .embedding)]],
      layer: [
        [
          .needs("attn_norm.weight", .embedding), .may("attn_q_norm.weight", .keyLength, .heads),
          .may("attn_k_norm.weight", .keyLength, .keyValueHeads),
        ], .embeddingAttention, .gated,
      ]),
    "cohere2": Architecture(
      keys: epsilonAttention, more: ["attention.sliding_window", "logit_scale"],
      tensors: [.embedding, [.needs("output_norm.weight", .embedding)]],
      layer: [[.needs("attn_norm.weight", .embedding)], .embeddingAttention, .gated]),
    "olmo": Architecture(
      keys: epsilonAttention, tensors: [.embedding, [.may("output.weight", .embedding, .vocabulary)]],
      layer: [.embeddingAttention, .gated]),
    "olmo2": Architecture(
      keys: rmsAttention, tensors: [.ownHead],
      layer: [
        .embeddingAttention, .gated,
        [
          .needs("attn_q_norm.weight", .embedding),
          .needs("attn_k_norm.weight", .product([.keyValueHeads, .quotient(.embedding, .heads)])),
          .needs("post_attention_norm.weight", .embedding), .needs("post_ffw_norm.weight", .embedding),
        ],
      ]),
    "bitnet": Architecture(
      keys: rmsAttention, tensors: [.embedding, [.needs("output_norm.weight", .embedding)]],
      layer: [
        norms, .gated,
        [
          .needs("attn_sub_norm.weight", .embedding), .needs("ffn_sub_norm.weight", .feedForward),
          .needs("attn_q.weight", .embedding, .embedding), .needs("attn_k.weight", .embedding, .values),
          .needs("attn_v.weight", .embedding, .values), .needs("attn_output.weight", .embedding, .embedding),
        ],
      ]),
  ]
}
