internal import GGUF
internal import StrictJSON
internal import Tokenizers

/// GPT-2: its matrices are stored with inputs first, and turned around here.
///
/// Source: `GPT2Model` of the reference converter (conversion/gpt2.py).
enum GPT2: Architecture {
  static let classNames = ["GPT2LMHeadModel"]
  static let vocabulary = VocabularyStyle.gpt2

  static func describe(
    _ config: ModelConfig, className: String, folder: ModelFolder
  ) throws(ArchitectureError) -> ModelDescription {
    let layers = try config.size("n_layer", "num_hidden_layers")
    let (e, heads) = (try config.size("n_embd"), try config.size("n_head"))
    let vocabulary = try config.size("vocab_size")
    let context = try config.size("n_ctx", "n_positions")
    if let inner = try config.optionalSize("n_inner"), inner != 4 * e {
      throw .notSupported(key: "n_inner", found: "\(inner)", reason: "llama.cpp takes it to be four times n_embd")
    }
    var model = ModelDescription("gpt2", layers: layers, of: config)
    model.set("block_count", size: layers)
    model.set("context_length", size: context)
    model.set("embedding_length", size: e)
    model.set("feed_forward_length", size: 4 * e)
    model.set("attention.head_count", size: heads)
    model.set("attention.layer_norm_epsilon", number: try config.optionalNumber(["layer_norm_epsilon"]) ?? 1e-5)
    // The first checkpoints have no `transformer.` before their names.
    model.alias = { name in
      ["wte.", "wpe.", "h.", "ln_f."].contains(where: name.hasPrefix) ? "transformer.\(name)" : name
    }
    let layer = "transformer.h.*"
    model.tensor("transformer.wte.weight", "token_embd.weight", [vocabulary, e])
    model.tensor("transformer.wpe.weight", "position_embd.weight", [context, e])
    model.linear("transformer.ln_f", "output_norm", [e], bias: .required)
    model.tensor("lm_head.weight", "output.weight", [vocabulary, e], .optional)
    model.linear("\(layer).ln_1", "blk.*.attn_norm", [e], bias: .required)
    model.linear("\(layer).ln_2", "blk.*.ffn_norm", [e], bias: .required)
    model.addTurned("\(layer).attn.c_attn", "blk.*.attn_qkv", inputs: e, outputs: 3 * e)
    model.addTurned("\(layer).attn.c_proj", "blk.*.attn_output", inputs: e, outputs: e)
    model.addTurned("\(layer).mlp.c_fc", "blk.*.ffn_up", inputs: e, outputs: 4 * e)
    model.addTurned("\(layer).mlp.c_proj", "blk.*.ffn_down", inputs: 4 * e, outputs: e)
    model.leaveOut("\(layer).attn.bias", "\(layer).attn.masked_bias", because: "computed by readers")
    return model
  }
}

extension ModelDescription {
  /// A matrix that is stored with its inputs as rows, and its bias.
  fileprivate mutating func addTurned(_ source: String, _ name: String, inputs: Int, outputs: Int) {
    tensor("\(source).weight", "\(name).weight", [inputs, outputs]) { (view) throws(ArchitectureError) in
      view.swapping(0, 1)
    }
    tensor("\(source).bias", "\(name).bias", [outputs])
  }
}
