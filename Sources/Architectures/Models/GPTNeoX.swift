internal import GGUF
internal import StrictJSON
internal import Tokenizers

/// GPT-NeoX and Pythia: queries, keys and values stand head by head in one matrix, and are separated here.
///
/// Source: `GPTNeoXModel` of the reference converter (conversion/gptneox.py).
enum GPTNeoX: Architecture {
  static let classNames = ["GPTNeoXForCausalLM"]
  static let vocabulary = VocabularyStyle.gpt2

  static func describe(
    _ config: ModelConfig, className: String, folder: ModelFolder
  ) throws(ArchitectureError) -> ModelDescription {
    let (sizes, rope) = (try TransformerSizes(config), try RopeParameters(config))
    let (e, heads) = (sizes.embedding, sizes.heads)
    let named = try config.optionalNumber(["rotary_pct"])
    let ofRope = try rope.global.optionalNumber(["partial_rotary_factor"])
    let part = named ?? ofRope ?? 0.25
    guard part >= 0, part <= 1 else {
      throw .wrongValue(key: "rotary_pct", found: "\(part)", expected: "a number from 0 to 1")
    }
    var model = ModelDescription("gptneox", layers: sizes.layers, of: config)
    model.set("context_length", size: try config.size("max_position_embeddings"))
    model.set("embedding_length", size: e)
    model.set("block_count", size: sizes.layers)
    model.set("feed_forward_length", size: sizes.feedForward)
    model.set("rope.dimension_count", size: Int(part * Double(sizes.headDimension)))
    model.set("attention.head_count", size: heads)
    model.set("use_parallel_residual", .bool(try config.flag("use_parallel_residual", default: true)))
    model.set("attention.layer_norm_epsilon", number: try config.optionalNumber(["layer_norm_eps"]) ?? 1e-5)
    let layer = "gpt_neox.layers.*"
    model.tensor("gpt_neox.embed_in.weight", "token_embd.weight", [sizes.vocabulary, e])
    model.linear("gpt_neox.final_layer_norm", "output_norm", [e], bias: .required)
    model.tensor(
      "embed_out.weight", "output.weight", [sizes.vocabulary, e],
      try config.hasTiedEmbeddings(default: false) ? .optional : .required)
    model.linear("\(layer).input_layernorm", "blk.*.attn_norm", [e], bias: .required)
    model.linear("\(layer).post_attention_layernorm", "blk.*.ffn_norm", [e], bias: .required)
    model.linear("\(layer).attention.query_key_value", "blk.*.attn_qkv", [3 * e, e]) {
      (view) throws(ArchitectureError) in
      try view.separatingHeads(heads)
    }
    model.linear("\(layer).attention.dense", "blk.*.attn_output", [e, e])
    model.linear("\(layer).mlp.dense_h_to_4h", "blk.*.ffn_up", [sizes.feedForward, e])
    model.linear("\(layer).mlp.dense_4h_to_h", "blk.*.ffn_down", [e, sizes.feedForward])
    model.leaveOut(
      "\(layer).attention.bias", "\(layer).attention.masked_bias", "\(layer).attention.rotary_emb.inv_freq",
      because: "computed by readers")
    return model
  }
}
