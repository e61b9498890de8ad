internal import GGUF
internal import StrictJSON
internal import Tokenizers

/// Gemma 2: norms before and behind attention and feed-forward part, whose weights are stored less 1.
///
/// Source: `Gemma2Model` of the reference converter (conversion/gemma.py).
enum Gemma2: Architecture {
  static let classNames = ["Gemma2ForCausalLM"]
  static let vocabulary = VocabularyStyle.gemma2

  static func describe(
    _ config: ModelConfig, className: String, folder: ModelFolder
  ) throws(ArchitectureError) -> ModelDescription {
    let config = config.assuming([
      ("num_key_value_heads", .number("4")), ("head_dim", .number("256")), ("rms_norm_eps", .number("1e-6")),
      ("attn_logit_softcapping", .number("50")), ("final_logit_softcapping", .number("30")),
      ("sliding_window", .number("4096")), ("max_position_embeddings", .number("8192")),
    ])
    let sizes = try TransformerSizes(config)
    var model = ModelDescription("gemma2", layers: sizes.layers, of: config)
    model.set("context_length", size: try config.size("max_position_embeddings"))
    model.set("embedding_length", size: sizes.embedding)
    model.set("block_count", size: sizes.layers)
    model.set("feed_forward_length", size: sizes.feedForward)
    model.set("attention.head_count", size: sizes.heads)
    model.set("attention.head_count_kv", size: sizes.keyValueHeads)
    model.set("attention.layer_norm_rms_epsilon", number: try config.number("rms_norm_eps"))
    model.set("attention.key_length", size: sizes.headDimension)
    model.set("attention.value_length", size: sizes.headDimension)
    model.set("attn_logit_softcapping", number: try config.number("attn_logit_softcapping"))
    model.set("final_logit_softcapping", number: try config.number("final_logit_softcapping"))
    model.set("attention.sliding_window", size: try config.size("sliding_window"))
    try model.noteAttentionScale(config, sizes, layersOf27B: 46)
    model.addGemmaTensors(sizes)
    model.leaveOut("lm_head.weight", because: "readers take the embedding for it")
    return model
  }
}

extension ModelDescription {
  /// What Gemma 2 and 3 have in common. Of norms the checkpoint has what is added to 1.
  mutating func addGemmaTensors(_ sizes: TransformerSizes, embeddingRows: Int? = nil) {
    let (e, layer) = (sizes.embedding, "model.layers.*")
    tensor("model.embed_tokens.weight", "token_embd.weight", [sizes.vocabulary, e])
    addAttention(layer, sizes)
    addGatedFeedForward(layer, sizes)
    let norms = [
      ("model.norm", "output_norm"), ("\(layer).input_layernorm", "blk.*.attn_norm"),
      ("\(layer).post_attention_layernorm", "blk.*.post_attention_norm"),
      ("\(layer).pre_feedforward_layernorm", "blk.*.ffn_norm"),
      ("\(layer).post_feedforward_layernorm", "blk.*.post_ffw_norm"),
    ]
    for (source, name) in norms { addShiftedNorm(source, name, [e]) }
  }

  /// GGUF has no key for `query_pre_attn_scalar`: llama.cpp has the head's dimension in its place, and in the models of 27B
  /// the embedding's share of a head.
  mutating func noteAttentionScale(
    _ config: ModelConfig, _ sizes: TransformerSizes, layersOf27B: Int
  ) throws(ArchitectureError) {
    let scalar = try config.optionalNumber(["query_pre_attn_scalar"]) ?? 256
    let expected = sizes.layers == layersOf27B ? sizes.embedding / sizes.heads : sizes.headDimension
    if scalar != Double(expected) {
      notes.append("query_pre_attn_scalar is \(scalar); llama.cpp scales attention as if it were \(expected)")
    }
  }

  mutating func addShiftedNorm(_ source: String, _ name: String, _ shape: [Int]) {
    tensor("\(source).weight", "\(name).weight", shape) { (view) throws(ArchitectureError) in
      view.applying(.adding(1))
    }
  }
}
