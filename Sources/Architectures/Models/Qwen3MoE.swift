internal import StrictJSON
internal import Tokenizers

/// Qwen3 with experts in every layer.
///
/// Source: `Qwen3MoeModel` and `Qwen2MoeModel` of the reference converter (conversion/qwen.py).
enum Qwen3MoE: Architecture {
  static let classNames = ["Qwen3MoeForCausalLM"]
  static let vocabulary = VocabularyStyle.gpt2

  static func describe(
    _ config: ModelConfig, className: String, folder: ModelFolder
  ) throws(ArchitectureError) -> ModelDescription {
    let config = config.assuming([
      ("num_key_value_heads", .number("4")), ("rms_norm_eps", .number("1e-6")), ("rope_theta", .number("1e4")),
      ("num_experts_per_tok", .number("8")),
    ])
    try config.require("decoder_sparse_step", .number("1"), reason: "llama.cpp has experts in every layer")
    try config.require("mlp_only_layers", .array([]), reason: "llama.cpp has experts in every layer")
    let sizes = try TransformerSizes(config)
    let experts = try config.size("num_local_experts", "num_experts")
    let (e, ff) = (sizes.embedding, try config.size("moe_intermediate_size"))
    var model = ModelDescription("qwen3moe", layers: sizes.layers, of: config)
    try model.setCommonParameters(config, try RopeParameters(config))
    model.set("expert_feed_forward_length", size: ff)
    model.set("expert_shared_feed_forward_length", size: try config.optionalSize("shared_expert_intermediate_size"))
    if try !config.flag("norm_topk_prob", default: false) {
      model.notes.append(
        "norm_topk_prob is false; llama.cpp lets the weights of a token's experts add up to 1 all the same")
    }
    let layer = "model.layers.*"
    model.addEmbeddings(sizes, tied: try config.hasTiedEmbeddings(default: false))
    model.addPreNorms(layer, sizes)
    model.addAttention(layer, sizes)
    model.addHeadNorms(layer, sizes)
    model.tensor("\(layer).mlp.gate.weight", "blk.*.ffn_gate_inp.weight", [experts, e])
    model.experts("\(layer).mlp.experts.*.gate_proj.weight", "blk.*.ffn_gate_exps.weight", count: experts, [ff, e])
    model.experts("\(layer).mlp.experts.*.down_proj.weight", "blk.*.ffn_down_exps.weight", count: experts, [e, ff])
    model.experts("\(layer).mlp.experts.*.up_proj.weight", "blk.*.ffn_up_exps.weight", count: experts, [ff, e])
    return model
  }
}
