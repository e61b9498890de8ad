public import TensorCore

/// Why a tensor of a model keeps the type that it has, whatever the preset.
public enum NeverQuantized: Sendable, Hashable {
  /// One row only: biases, the weights of norms.
  case oneDimensional
  case norm
  /// Small, or of those that lose too much: by its name.
  case name
}

extension ModelTraits {
  /// Why a tensor is not quantized; nil where it may be.
  ///
  /// Source: `tensor_allows_quantization` of llama.cpp's llama-quant.cpp.
  public func neverQuantized(_ name: String, _ shape: Shape) -> NeverQuantized? {
    // Dimensions of 1 in front are none to ggml.
    if shape.dimensions.drop(while: { $0 == 1 }).count < 2 { return .oneDimensional }
    if name.utf8.holds("_norm.weight") { return .norm }
    guard name.hasSuffix("weight"), !Self.wholeNames.contains(name) else { return .name }
    if Self.parts.contains(where: name.utf8.holds) { return .name }
    if architecture == "glm5-next" && Self.partsOfGLM5.contains(where: name.utf8.holds) { return .name }
    return nil
  }

  /// Positions and token types of encoders.
  private static let wholeNames: Set<String> = ["position_embd.weight", "token_types.weight"]

  private static let parts = [
    // Which experts a token goes to.
    "ffn_gate_inp.weight", "ffn_gate_tid2eid.weight",
    // Small ones of Gemma 3n.
    "altup", "laurel", "per_layer_model_proj",
    // Convolutions of Mamba, LFM2 and their kin.
    "ssm_conv1d", "shortconv.conv.weight",
    // MiniMax.
    "indexer.k_proj.weight", "indexer.q_proj.weight",
    // RWKV.
    "time_mix_first.weight", "time_mix_w0.weight", "time_mix_w1.weight", "time_mix_w2.weight", "time_mix_v0.weight",
    "time_mix_v1.weight", "time_mix_v2.weight", "time_mix_a0.weight", "time_mix_a1.weight", "time_mix_a2.weight",
    "time_mix_g1.weight", "time_mix_g2.weight", "time_mix_decay_w1.weight", "time_mix_decay_w2.weight",
    "time_mix_lerp_fused.weight",
    // Relative positions of T5.
    "attn_rel_b.weight",
    // Images.
    ".position_embd", "sam.pos_embd", "sam.neck.", "sam.net_", ".rel_pos", ".patch_embd", ".patch_merger",
    // Sound.
    "a.rvq.codebook", "mm.a.code_embd",
  ]

  private static let partsOfGLM5 = [
    "hc_", "indexer.attn_q_b", "indexer.attn_k", "indexer.proj", "indexer_compressor_gate", "indexer_compressor_ape",
    "ssm_f_a.weight", "ssm_f_b.weight", "ssm_g_a.weight", "ssm_g_b.weight", "ssm_beta.weight", "attn_kv_a_mqa.weight",
    "attn_k_b.weight", "attn_v_b.weight",
  ]
}
