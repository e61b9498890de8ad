internal import StrictJSON
internal import Tokenizers

/// Qwen2 and Qwen2.5: Llama with biases, its queries and keys in the order in which they are.
///
/// Source: `Qwen2Model` of the reference converter (conversion/qwen.py).
enum Qwen2: Architecture {
  static let classNames = ["Qwen2ForCausalLM"]
  static let vocabulary = VocabularyStyle.sentencePieceOrGPT2

  static func describe(
    _ config: ModelConfig, className: String, folder: ModelFolder
  ) throws(ArchitectureError) -> ModelDescription {
    let config = config.assuming([
      ("num_key_value_heads", .number("32")), ("rms_norm_eps", .number("1e-6")), ("rope_theta", .number("1e4")),
    ])
    let sizes = try TransformerSizes(config)
    var model = ModelDescription("qwen2", layers: sizes.layers, of: config)
    try model.setCommonParameters(config, try RopeParameters(config))
    try model.setPooling(folder, config)
    model.addEmbeddings(sizes, tied: try config.hasTiedEmbeddings(default: false))
    model.addPreNorms("model.layers.*", sizes)
    model.addAttention("model.layers.*", sizes)
    model.addGatedFeedForward("model.layers.*", sizes)
    return model
  }
}
