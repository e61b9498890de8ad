/// What the rules of presets ask of a model, from its metadata.
///
/// Source: llama.cpp's `load_hparams` (llama-model.cpp, models/*.cpp), as far as llama-quant.cpp uses it.
public struct ModelTraits: Sendable, Hashable {
  /// `general.architecture`.
  public let architecture: String
  /// Those that tensors can be of: block_count, for some architectures more. At least 0.
  public let layers: Int
  /// Heads of queries to one of keys and values, in the first layer; 0 where that is not known.
  public let groupedQueryFactor: Int
  /// 0 for a model without.
  public let experts: Int
  /// Whether it is of the 70B models, by the number of its layers: their values are an eighth of the size of queries.
  public let isOf70B: Bool

  /// More than any model has, so that nothing computed from it overflows.
  static let largest = 1 << 20

  /// - Parameters:
  ///   - architecture: `general.architecture`.
  ///   - value: The integer of a metadata key, of an array its first one; nil where there is none.
  public init(architecture: String, value: (String) -> Int?) {
    func number(_ key: String) -> Int? {
      value("\(architecture).\(key)").map { min(max(0, $0), Self.largest) }
    }
    self.architecture = architecture
    let blocks = number("block_count") ?? 0
    // Not of the model proper: they predict further tokens.
    let modelLayers = max(0, blocks - (number("nextn_predict_layers") ?? 0))
    experts = number("expert_count") ?? 0
    let heads = number("attention.head_count") ?? 0
    let keyValueHeads = number("attention.head_count_kv") ?? heads
    groupedQueryFactor = keyValueHeads == 0 ? 0 : heads / keyValueHeads
    switch architecture {
    case "nanbeige":
      let loops = number("num_loops") ?? 1
      layers = loops > 1 ? min(modelLayers.multipliedReportingOverflow(by: loops).partialValue, Self.largest) : blocks
    // The router is a layer behind the others.
    case "graniteswitch": layers = modelLayers + 1
    default: layers = blocks
    }
    switch architecture {
    case "llama", "llama-embed": isOf70B = experts != 8 && modelLayers == 80 && heads != keyValueHeads
    case "qwen2", "deci", "olmo": isOf70B = modelLayers == 80
    case "jais2": isOf70B = modelLayers == 68
    default: isOf70B = false
    }
  }
}
