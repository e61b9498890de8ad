internal import StrictJSON
internal import Tokenizers

/// Qwen3: queries and keys are normalized head by head.
///
/// Source: `Qwen3Model` of the reference converter (conversion/qwen.py).
enum Qwen3: Architecture {
  static let classNames = ["Qwen3ForCausalLM"]
  static let vocabulary = VocabularyStyle.sentencePieceOrGPT2

  static func describe(
    _ config: ModelConfig, className: String, folder: ModelFolder
  ) throws(ArchitectureError) -> ModelDescription {
    let config = config.assuming([
      ("num_key_value_heads", .number("32")), ("head_dim", .number("128")), ("rms_norm_eps", .number("1e-6")),
      ("rope_theta", .number("1e4")),
    ])
    let sizes = try TransformerSizes(config)
    var model = ModelDescription("qwen3", layers: sizes.layers, of: config)
    try model.setCommonParameters(config, try RopeParameters(config))
    try model.setPooling(folder, config)
    model.addEmbeddings(sizes, tied: try config.hasTiedEmbeddings(default: false))
    model.addPreNorms("model.layers.*", sizes)
    model.addAttention("model.layers.*", sizes)
    model.addHeadNorms("model.layers.*", sizes)
    model.addGatedFeedForward("model.layers.*", sizes)
    return model
  }
}

extension ModelDescription {
  /// The norms of each head's queries and keys.
  mutating func addHeadNorms(_ layer: String, _ sizes: TransformerSizes) {
    tensor("\(layer).self_attn.q_norm.weight", "blk.*.attn_q_norm.weight", [sizes.headDimension])
    tensor("\(layer).self_attn.k_norm.weight", "blk.*.attn_k_norm.weight", [sizes.headDimension])
  }
}
