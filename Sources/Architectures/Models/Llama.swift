internal import StrictJSON
internal import Tokenizers

/// Llama, and what is built like it: Mistral, SmolLM, TinyLlama; Mixtral, whose layers have experts.
///
/// Source: `LlamaModel` of the reference converter (conversion/llama.py).
enum Llama: Architecture {
  static let classNames = ["LlamaForCausalLM", "LLaMAForCausalLM", "MistralForCausalLM", "MixtralForCausalLM"]
  static let vocabulary = VocabularyStyle.llama

  static func describe(
    _ config: ModelConfig, className: String, folder: ModelFolder
  ) throws(ArchitectureError) -> ModelDescription {
    let config = assuming(config, className)
    let (sizes, rope) = (try TransformerSizes(config), try RopeParameters(config))
    var model = ModelDescription("llama", layers: sizes.layers, of: config)
    try model.setCommonParameters(config, rope)
    model.set("vocab_size", size: sizes.vocabulary)
    model.set("rope.dimension_count", size: sizes.headDimension)
    if try rope.type?.lowercased() == "llama3" {
      model.compute("rope_freqs.weight", try Llama3Frequencies.factors(rope, dimension: sizes.headDimension))
    }
    addTensors(to: &model, sizes, tied: try config.hasTiedEmbeddings(default: false))
    let (e, ff, layer) = (sizes.embedding, sizes.feedForward, "model.layers.*")
    if let experts = try config.optionalSize("num_local_experts") {
      let moe = "\(layer).block_sparse_moe"
      model.tensor("\(moe).gate.weight", "blk.*.ffn_gate_inp.weight", [experts, e])
      model.experts("\(moe).experts.*.w1.weight", "blk.*.ffn_gate_exps.weight", count: experts, [ff, e])
      model.experts("\(moe).experts.*.w2.weight", "blk.*.ffn_down_exps.weight", count: experts, [e, ff])
      model.experts("\(moe).experts.*.w3.weight", "blk.*.ffn_up_exps.weight", count: experts, [ff, e])
    } else {
      model.addGatedFeedForward(layer, sizes)
    }
    return model
  }

  /// What transformers takes for what is not there.
  private static func assuming(_ config: ModelConfig, _ className: String) -> ModelConfig {
    let heads = config.values["num_attention_heads"] ?? .null
    var defaults: [(key: String, value: JSONValue)]
    switch className {
    case "MixtralForCausalLM":
      defaults = [
        ("num_key_value_heads", .number("8")), ("rms_norm_eps", .number("1e-5")), ("rope_theta", .number("1e6")),
        ("num_local_experts", .number("8")), ("num_experts_per_tok", .number("2")),
      ]
    case "MistralForCausalLM":
      defaults = [("num_key_value_heads", .number("8"))]
    default:
      defaults = [("num_key_value_heads", heads)]
    }
    defaults += [("rms_norm_eps", .number("1e-6")), ("rope_theta", .number("1e4"))]
    return className == "MixtralForCausalLM"
      ? config.assuming(defaults) : config.assuming(defaults).assumingHeadDimension()
  }

  private static func addTensors(to model: inout ModelDescription, _ sizes: TransformerSizes, tied: Bool) {
    let (e, layer) = (sizes.embedding, "model.layers.*")
    model.addEmbeddings(sizes, tied: tied)
    model.addPreNorms(layer, sizes)
    model.linear("\(layer).self_attn.q_proj", "blk.*.attn_q", [sizes.queries, e]) { (view) throws(ArchitectureError) in
      try view.interleavingHalves(heads: sizes.heads)
    }
    model.linear("\(layer).self_attn.k_proj", "blk.*.attn_k", [sizes.keys, e]) { (view) throws(ArchitectureError) in
      try view.interleavingHalves(heads: sizes.keyValueHeads)
    }
    model.linear("\(layer).self_attn.v_proj", "blk.*.attn_v", [sizes.keys, e])
    model.linear("\(layer).self_attn.o_proj", "blk.*.attn_output", [e, sizes.queries])
    model.leaveOut("\(layer).self_attn.rotary_emb.inv_freq", because: "computed by readers")
  }
}

extension ModelDescription {
  /// The embedding, the norm behind the last layer and the output, under the names that most classes have.
  mutating func addEmbeddings(_ sizes: TransformerSizes, tied: Bool, norm: String = "model.norm") {
    let (e, vocabulary) = (sizes.embedding, sizes.vocabulary)
    tensor("model.embed_tokens.weight", "token_embd.weight", [vocabulary, e])
    tensor("\(norm).weight", "output_norm.weight", [e])
    tensor("lm_head.weight", "output.weight", [vocabulary, e], tied ? .optional : .required)
  }

  /// The norms before attention and before the feed-forward part.
  mutating func addPreNorms(_ layer: String, _ sizes: TransformerSizes) {
    tensor("\(layer).input_layernorm.weight", "blk.*.attn_norm.weight", [sizes.embedding])
    tensor("\(layer).post_attention_layernorm.weight", "blk.*.ffn_norm.weight", [sizes.embedding])
  }

  /// The three matrices of a feed-forward part with a gate.
  mutating func addGatedFeedForward(_ layer: String, _ sizes: TransformerSizes) {
    let (e, ff) = (sizes.embedding, sizes.feedForward)
    linear("\(layer).mlp.gate_proj", "blk.*.ffn_gate", [ff, e])
    linear("\(layer).mlp.up_proj", "blk.*.ffn_up", [ff, e])
    linear("\(layer).mlp.down_proj", "blk.*.ffn_down", [e, ff])
  }

  /// Attention whose queries and keys keep the order of their rows.
  mutating func addAttention(_ layer: String, _ sizes: TransformerSizes) {
    let e = sizes.embedding
    linear("\(layer).self_attn.q_proj", "blk.*.attn_q", [sizes.queries, e])
    linear("\(layer).self_attn.k_proj", "blk.*.attn_k", [sizes.keys, e])
    linear("\(layer).self_attn.v_proj", "blk.*.attn_v", [sizes.keys, e])
    linear("\(layer).self_attn.o_proj", "blk.*.attn_output", [e, sizes.queries])
    leaveOut("\(layer).self_attn.rotary_emb.inv_freq", because: "computed by readers")
  }
}
