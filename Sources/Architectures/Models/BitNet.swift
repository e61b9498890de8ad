internal import GGUF
internal import StrictJSON
internal import Tokenizers

/// BitNet b1.58: Llama with norms inside attention and feed-forward part, and weights that are -1, 0 or 1 times a scale.
///
/// Checkpoints hold the weights as they were trained, of which the ternary ones are made here, or packed, four in a byte,
/// with the inverse of the scale beside. Source: `BitnetModel` of the reference converter (conversion/bitnet.py).
enum BitNet: Architecture {
  static let classNames = ["BitNetForCausalLM", "BitnetForCausalLM"]
  static let vocabulary = VocabularyStyle.sentencePiece

  static func describe(
    _ config: ModelConfig, className: String, folder: ModelFolder
  ) throws(ArchitectureError) -> ModelDescription {
    let config = config.assuming([
      ("num_key_value_heads", .number("5")), ("rms_norm_eps", .number("1e-5")), ("rope_theta", .number("500000")),
    ])
    // llama.cpp's graph of this architecture has no other.
    try config.require("hidden_act", .string("silu"), reason: "llama.cpp computes BitNet with \"silu\"")
    let sizes = try TransformerSizes(config)
    let (e, ff, layer) = (sizes.embedding, sizes.feedForward, "model.layers.*")
    var model = ModelDescription("bitnet", layers: sizes.layers, of: config)
    try model.setCommonParameters(config, try RopeParameters(config))
    model.set("rope.scaling.type", .string("linear"))
    model.set("rope.scaling.factor", number: 1)
    // Readers take the embedding for the output.
    model.tensor("model.embed_tokens.weight", "token_embd.weight", [sizes.vocabulary, e])
    model.tensor("model.norm.weight", "output_norm.weight", [e])
    model.addPreNorms(layer, sizes)
    model.tensor("\(layer).self_attn.inner_attn_ln.weight", "blk.*.attn_sub_norm.weight", [e])
    model.tensor("\(layer).mlp.ffn_layernorm.weight", "blk.*.ffn_sub_norm.weight", [ff])
    // As transformers calls them since it has the class.
    model.alias = { name in
      if name.hasSuffix(".self_attn.attn_sub_norm.weight") {
        return name.dropLast("attn_sub_norm.weight".count) + "inner_attn_ln.weight"
      }
      return name.hasSuffix(".mlp.ffn_sub_norm.weight")
        ? name.dropLast("ffn_sub_norm.weight".count) + "ffn_layernorm.weight" : name
    }
    model.leaveOut("\(layer).self_attn.rotary_emb.inv_freq", because: "computed by readers")
    for (source, name, shape) in [
      ("self_attn.q_proj", "attn_q", [sizes.queries, e]), ("self_attn.k_proj", "attn_k", [sizes.keys, e]),
      ("self_attn.v_proj", "attn_v", [sizes.keys, e]), ("self_attn.o_proj", "attn_output", [e, sizes.queries]),
      ("mlp.gate_proj", "ffn_gate", [ff, e]), ("mlp.up_proj", "ffn_up", [ff, e]),
      ("mlp.down_proj", "ffn_down", [e, ff]),
    ] {
      model.addTernary("\(layer).\(source)", "blk.*.\(name)", shape, isPacked: folder.isPackedTernary)
    }
    return model
  }
}

extension ModelDescription {
  fileprivate mutating func addTernary(_ source: String, _ name: String, _ shape: [Int], isPacked: Bool) {
    tensor("\(source).weight", "\(name).weight", shape) { (view) throws(ArchitectureError) in
      // Weights that were packed are ternary, and have their scale.
      isPacked ? view : view.applying(.ternary(MeanMagnitude(of: view.tensor)))
    }
  }
}
