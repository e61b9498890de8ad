internal import GGUF
internal import StrictJSON
internal import TensorCore

extension ModelDescription {
  /// The keys that most architectures have, where config.json says them: those of `TextModel.set_gguf_parameters` of the
  /// reference converter (conversion/base.py), in its order.
  mutating func setCommonParameters(_ config: ModelConfig, _ rope: RopeParameters) throws(ArchitectureError) {
    set("block_count", size: layers)
    set(
      "context_length",
      size: try config.optionalSize(
        "max_position_embeddings", "n_ctx", "n_positions", "max_length",
        "max_sequence_length", "model_max_length"))
    set("embedding_length", size: try config.optionalSize("hidden_size", "n_embd", "dim"))
    set("feed_forward_length", size: try config.optionalSize("intermediate_size", "n_inner", "hidden_dim"))
    set("attention.head_count", size: try config.optionalSize("num_attention_heads", "n_head", "n_heads"))
    set("attention.head_count_kv", size: try config.optionalSize("num_key_value_heads", "n_kv_heads"))
    if try !config.flag("is_causal", default: true) { set("attention.causal", .bool(false)) }
    try setRopeScaling(rope)
    set("rope.freq_base", number: try rope.global.optionalNumber(["rope_theta"]))
    set("rope.freq_base_swa", number: try rope.local?.optionalNumber(["rope_theta"]))
    set("attention.layer_norm_rms_epsilon", number: try config.optionalNumber(["rms_norm_eps", "norm_eps"]))
    set(
      "attention.layer_norm_epsilon",
      number: try config.optionalNumber(["layer_norm_eps", "layer_norm_epsilon", "norm_epsilon"]))
    set("expert_count", size: try config.optionalSize("num_local_experts", "num_experts", "n_routed_experts"))
    set(
      "expert_used_count",
      size: try config.optionalSize("num_experts_per_tok", "num_experts_per_token", "top_k_experts"))
    let headDimension = try config.optionalSize("head_dim")
    set("attention.key_length", size: headDimension)
    set("attention.value_length", size: headDimension)
  }

  private mutating func setRopeScaling(_ rope: RopeParameters) throws(ArchitectureError) {
    guard let type = try rope.type else { return }
    let values = rope.global
    let factor = try values.optionalNumber(["factor"])
    switch type {
    case "default", "none", "dynamic": break
    // Its factors are a tensor.
    case "llama3": break
    case "linear":
      guard let factor else { throw .keyMissing(keys: ["factor"]) }
      set("rope.scaling.type", .string("linear"))
      set("rope.scaling.factor", number: factor)
    case "yarn":
      guard let factor else { throw .keyMissing(keys: ["factor"]) }
      set("rope.scaling.type", .string("yarn"))
      set("rope.scaling.factor", number: factor)
      set("rope.scaling.original_context_length", size: try values.size("original_max_position_embeddings"))
      set("rope.scaling.yarn_ext_factor", number: try values.optionalNumber(["extrapolation_factor"]))
      set("rope.scaling.yarn_attn_factor", number: try values.optionalNumber(["attention_factor", "attn_factor"]))
      set("rope.scaling.yarn_beta_fast", number: try values.optionalNumber(["beta_fast"]))
      set("rope.scaling.yarn_beta_slow", number: try values.optionalNumber(["beta_slow"]))
    case "su", "longrope": set("rope.scaling.type", .string("longrope"))
    default:
      throw .notSupported(
        key: "rope_type", found: type.quoted(limit: 40),
        reason: "the types are default, linear, dynamic, yarn, longrope and llama3")
    }
    if type == "dynamic" {
      notes.append("rope scaling is dynamic, which GGUF has no key for: positions are not scaled")
    }
  }
}
