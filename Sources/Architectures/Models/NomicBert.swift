internal import GGUF
internal import StrictJSON
internal import Tokenizers

/// Nomic's BERT: rotated positions, a gate, queries, keys and values in one matrix.
///
/// Source: `NomicBertModel` of the reference converter (conversion/bert.py). That with experts is not converted.
enum NomicBert: Architecture {
  static let classNames = ["NomicBertModel"]
  static let vocabulary = VocabularyStyle.nomicBert

  static func describe(
    _ config: ModelConfig, className: String, folder: ModelFolder
  ) throws(ArchitectureError) -> ModelDescription {
    try requireWhatReadersCompute(config)
    let (e, ff) = (try config.size("n_embd"), try config.size("n_inner"))
    let (layers, vocabulary) = (try config.size("n_layer"), try config.size("vocab_size"))
    let types = try config.optionalSize("type_vocab_size") ?? 1
    var model = ModelDescription("nomic-bert", layers: layers, of: config)
    try model.setCommonParameters(config, try RopeParameters(config))
    model.set("context_length", size: try contextLength(config))
    try model.setEncoderParameters(config, folder, types: types)
    let layer = "encoder.layers.*"
    model.tensor("embeddings.word_embeddings.weight", "token_embd.weight", [vocabulary, e])
    model.tensor("embeddings.token_type_embeddings.weight", "token_types.weight", [types, e])
    model.linear("emb_ln", "token_embd_norm", [e], bias: .required)
    model.linear("\(layer).attn.Wqkv", "blk.*.attn_qkv", [3 * e, e], bias: nil)
    model.linear("\(layer).attn.out_proj", "blk.*.attn_output", [e, e], bias: nil)
    model.linear("\(layer).mlp.fc11", "blk.*.ffn_up", [ff, e], bias: nil)
    model.linear("\(layer).mlp.fc12", "blk.*.ffn_gate", [ff, e], bias: nil)
    model.linear("\(layer).mlp.fc2", "blk.*.ffn_down", [e, ff], bias: nil)
    model.linear("\(layer).norm1", "blk.*.attn_output_norm", [e], bias: .required)
    model.linear("\(layer).norm2", "blk.*.layer_output_norm", [e], bias: .required)
    model.leaveOut(
      "embeddings.position_ids", "pooler.dense.weight", "pooler.dense.bias", "cls",
      because: "not part of what embeds texts")
    model.alias = { name in Bert.plainName(name, prefix: "bert.") }
    return model
  }

  private static func requireWhatReadersCompute(_ config: ModelConfig) throws(ArchitectureError) {
    if let (key, value) = config.first(["moe_every_n_layers"]), value != .number("0") {
      throw .notSupported(key: key, found: value.summary, reason: "Nomic's BERT with experts is not converted")
    }
    let expected: [(String, [JSONValue])] = [
      ("activation_function", [.string("swiglu")]), ("causal", [.boolean(false)]), ("qkv_proj_bias", [.boolean(false)]),
      ("mlp_fc1_bias", [.boolean(false)]), ("mlp_fc2_bias", [.boolean(false)]), ("prenorm", [.boolean(false)]),
      ("rotary_emb_fraction", [.number("1.0"), .number("1")]), ("rotary_emb_interleaved", [.boolean(false)]),
      ("rotary_emb_scale_base", [.null]),
    ]
    for (key, values) in expected {
      guard let found = config.values[key] else { throw .keyMissing(keys: [key]) }
      if !values.contains(found) {
        throw .notSupported(
          key: key, found: found.summary, reason: "llama.cpp computes with \(values[0].summary)")
      }
    }
  }

  /// The length of the texts that the published models were trained with, which `n_positions` overstates.
  private static func contextLength(_ config: ModelConfig) throws(ArchitectureError) -> Int {
    let positions = try config.size("n_positions")
    let trained = try config.optionalSize("max_trained_positions") ?? 2048
    switch (positions, trained) {
    case (8192, 2048): return 2048
    case (2048, 2048): return 512
    default:
      throw .notSupported(
        key: "n_positions", found: "\(positions)",
        reason: "known are 8192 and 2048, with \"max_trained_positions\" 2048")
    }
  }
}
