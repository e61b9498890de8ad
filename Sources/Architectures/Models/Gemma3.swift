internal import GGUF
internal import StrictJSON
internal import Tokenizers

/// Gemma 3, its language model: as Gemma 2, with norms of each head's queries and keys, and another rotation in layers with
/// a sliding window.
///
/// Source: `Gemma3Model` of the reference converter (conversion/gemma.py).
enum Gemma3: Architecture {
  static let classNames = ["Gemma3ForCausalLM", "Gemma3ForConditionalGeneration"]
  static let vocabulary = VocabularyStyle.gemma3

  static func describe(
    _ config: ModelConfig, className: String, folder: ModelFolder
  ) throws(ArchitectureError) -> ModelDescription {
    // What transformers takes for what is not there; of the vision models' configurations much is not.
    let config = config.assuming([
      ("hidden_size", .number("2304")), ("intermediate_size", .number("9216")), ("num_hidden_layers", .number("26")),
      ("num_attention_heads", .number("8")), ("num_key_value_heads", .number("4")), ("head_dim", .number("256")),
      ("rms_norm_eps", .number("1e-6")), ("vocab_size", .number("262208")), ("sliding_window", .number("4096")),
      ("max_position_embeddings", .number("131072")), ("rope_theta", .number("1e6")),
      ("rope_local_base_freq", .number("1e4")),
    ])
    if let (key, value) = config.first(["attn_logit_softcapping"]) {
      throw .notSupported(key: key, found: value.summary, reason: "Gemma 3 has no such key in GGUF")
    }
    let sizes = try TransformerSizes(config)
    var model = ModelDescription("gemma3", layers: sizes.layers, of: config)
    try model.setCommonParameters(config, try RopeParameters(config))
    if let cap = try config.optionalNumber(["final_logit_softcapping"]), cap != 0 {
      model.set("final_logit_softcapping", number: cap)
    }
    if config.values["sliding_window_pattern"]?.integer != 1 {
      model.set("attention.sliding_window", size: try config.size("sliding_window"))
    }
    try model.noteAttentionScale(config, sizes, layersOf27B: 62)
    model.addGemmaTensors(sizes)
    model.addShiftedNorm("model.layers.*.self_attn.q_norm", "blk.*.attn_q_norm", [sizes.headDimension])
    model.addShiftedNorm("model.layers.*.self_attn.k_norm", "blk.*.attn_k_norm", [sizes.headDimension])
    model.tensor("lm_head.weight", "output.weight", [sizes.vocabulary, sizes.embedding], .optional)
    if className == "Gemma3ForConditionalGeneration" { model.leaveOutVision() }
    return model
  }
}

extension ModelDescription {
  /// Of a model that sees, the language model alone: the rest is another file for llama.cpp.
  mutating func leaveOutVision() {
    alias = { name in
      if ["vision_tower.", "model.vision_tower.", "multi_modal_projector.", "model.multi_modal_projector."]
        .contains(where: name.hasPrefix)
      {
        return "vision"
      }
      // `language_model.model.layers`, or `model.language_model.layers` since version 5.
      if name.hasPrefix("language_model.") { return String(name.dropFirst("language_model.".count)) }
      if name.hasPrefix("model.language_model.") { return "model." + name.dropFirst("model.language_model.".count) }
      return name
    }
    leaveOut("vision", because: "the part that sees, which GGUF has in a file of its own")
  }
}
