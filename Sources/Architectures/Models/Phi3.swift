#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif
internal import GGUF
internal import StrictJSON
internal import TensorCore
internal import Tokenizers

/// Phi-3 and Phi-4: queries, keys and values in one matrix, gate and up in another, as GGUF has them too.
///
/// Source: `Phi3MiniModel` of the reference converter (conversion/phi.py).
enum Phi3: Architecture {
  static let classNames = ["Phi3ForCausalLM"]
  static let vocabulary = VocabularyStyle.phi3

  static func describe(
    _ config: ModelConfig, className: String, folder: ModelFolder
  ) throws(ArchitectureError) -> ModelDescription {
    let config = config.assuming([
      ("num_key_value_heads", config.values["num_attention_heads"] ?? .null), ("rms_norm_eps", .number("1e-5")),
      ("rope_theta", .number("1e4")), ("max_position_embeddings", .number("4096")),
      ("original_max_position_embeddings", .number("4096")),
    ])
    let (sizes, rope) = (try TransformerSizes(config), try RopeParameters(config))
    let context = try config.size("n_positions", "max_position_embeddings")
    let original = try rope.global.size("original_max_position_embeddings")
    let part = try rope.global.optionalNumber(["partial_rotary_factor"]) ?? 1
    guard part > 0, part <= 1 else {
      throw .wrongValue(key: "partial_rotary_factor", found: "\(part)", expected: "a number above 0, 1 at most")
    }
    let rotated = Int(part * Double(sizes.embedding)) / sizes.heads
    var model = ModelDescription("phi3", layers: sizes.layers, of: config)
    model.set("context_length", size: context)
    model.set("rope.scaling.original_context_length", size: original)
    model.set("embedding_length", size: sizes.embedding)
    model.set("feed_forward_length", size: sizes.feedForward)
    model.set("block_count", size: sizes.layers)
    model.set("attention.head_count", size: sizes.heads)
    model.set("attention.head_count_kv", size: sizes.keyValueHeads)
    model.set("attention.layer_norm_rms_epsilon", number: try config.number("rms_norm_eps"))
    model.set("rope.dimension_count", size: rotated)
    model.set("rope.freq_base", number: try rope.global.number("rope_theta"))
    // 0 tells Phi-4 from the others.
    let window = try config.optionalSize(["sliding_window"], from: 0) ?? 0
    model.set("attention.sliding_window", size: window)
    if window > 0, window < context {
      model.notes.append("sliding_window is \(window); llama.cpp lets each token see all \(context) before it")
    }
    try addLongFactors(
      to: &model, rope, rotated: rotated, scale: Double(context) / Double(original), original: original)
    let (e, layer) = (sizes.embedding, "model.layers.*")
    model.addEmbeddings(sizes, tied: try config.hasTiedEmbeddings(default: false))
    model.addPreNorms(layer, sizes)
    model.linear("\(layer).self_attn.qkv_proj", "blk.*.attn_qkv", [sizes.queries + 2 * sizes.keys, e])
    model.linear("\(layer).self_attn.o_proj", "blk.*.attn_output", [e, sizes.queries])
    model.linear("\(layer).mlp.gate_up_proj", "blk.*.ffn_up", [2 * sizes.feedForward, e])
    model.linear("\(layer).mlp.down_proj", "blk.*.ffn_down", [e, sizes.feedForward])
    model.leaveOut("\(layer).self_attn.rotary_emb.inv_freq", because: "computed by readers")
    return model
  }

  /// The factors of longrope, for texts beyond the length that the model was trained with first, and for shorter ones.
  private static func addLongFactors(
    to model: inout ModelDescription, _ rope: RopeParameters, rotated: Int, scale: Double, original: Int
  ) throws(ArchitectureError) {
    guard let long = try rope.numbers("long_factor"), !long.isEmpty else { return }
    guard let short = try rope.numbers("short_factor") else { throw .keyMissing(keys: ["short_factor"]) }
    for (key, factors) in [("long_factor", long), ("short_factor", short)] where 2 * factors.count != rotated {
      throw .wrongValue(
        key: key, found: "a list of \(factors.count)", expected: "a factor for each pair of \(rotated) dimensions")
    }
    let factor: Double
    switch try rope.type?.lowercased() {
    case "su", "longrope": factor = scale > 1 ? (1 + log(scale) / log(Double(original))).squareRoot() : 1
    case "yarn": factor = scale > 1 ? 0.1 * log(scale) + 1 : 1
    case let type:
      throw .notSupported(
        key: "rope_type", found: type.map { $0.quoted(limit: 40) } ?? "missing",
        reason: "with long_factor it is longrope or yarn")
    }
    guard Float(factor).isFinite else {
      throw .wrongValue(key: "original_max_position_embeddings", found: "\(original)", expected: "2 at least")
    }
    model.set("rope.scaling.attn_factor", number: factor)
    model.compute("rope_factors_long.weight", long.map { Float($0) })
    model.compute("rope_factors_short.weight", short.map { Float($0) })
  }
}
