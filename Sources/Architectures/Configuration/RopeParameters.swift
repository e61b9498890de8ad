internal import StrictJSON

/// How positions turn queries and keys: `rope_parameters` as transformers 5 writes it, for each kind of layer or for all,
/// or `rope_theta` and `rope_scaling` as version 4 did.
struct RopeParameters: Sendable {
  /// The base of the layers that see everything; those of all layers where they are not told apart.
  let global: ModelConfig
  /// Those of layers with a sliding window.
  let local: ModelConfig?

  /// Keys of config.json that version 5 has in `rope_parameters`.
  static let keysBeside: Set = ["rope_theta", "rope_local_base_freq", "original_max_position_embeddings"]

  /// - Throws: ``ArchitectureError/wrongValue(key:found:expected:)`` where what should be an object is none.
  init(_ config: ModelConfig) throws(ArchitectureError) {
    let found = config.first([config.values["rope_parameters"] == nil ? "rope_scaling" : "rope_parameters"])
    var values = JSONObject()
    if let (key, value) = found {
      guard let object = value.object else {
        throw .wrongValue(key: key, found: value.summary, expected: "an object")
      }
      values = object
    }
    if let full = values["full_attention"]?.object {
      global = ModelConfig(full)
      local = values["sliding_attention"]?.object.map { ModelConfig($0) }
      return
    }
    let sliding = values["sliding_attention"]?.object
    // What version 4 wrote beside, where the object does not have it.
    let beside: [(key: String, others: [String])] = [
      ("rope_theta", ["global_rope_theta", "rope_global_theta", "rope_theta_global", "rope_theta", "rotary_emb_base"]),
      ("partial_rotary_factor", ["partial_rotary_factor", "rope_pct", "rope_percent"]),
      ("original_max_position_embeddings", ["original_max_position_embeddings"]),
    ]
    if sliding == nil {
      for (key, others) in beside where values[key] == nil {
        if let (_, value) = config.first(others) { values[key] = value }
      }
      if values["rope_type"] == nil, let type = values["type"] { values["rope_type"] = type }
    }
    global = ModelConfig(values)
    if let sliding {
      local = ModelConfig(sliding)
    } else if let (_, theta) = config.first([
      "local_rope_theta", "rope_local_theta", "rope_theta_local", "swa_rope_theta", "rope_local_base_freq",
    ]) {
      var values = JSONObject()
      values["rope_theta"] = theta
      local = ModelConfig(values)
    } else {
      local = nil
    }
  }

  /// `default`, `linear`, `dynamic`, `yarn`, `longrope`, `su`, `llama3`; nil where none is named.
  var type: String? {
    get throws(ArchitectureError) { try global.text("rope_type") }
  }

  /// A list of numbers, such as the factors of longrope; nil where there is none.
  func numbers(_ key: String) throws(ArchitectureError) -> [Double]? {
    guard let (_, value) = global.first([key]) else { return nil }
    let numbers = value.array?.compactMap(\.double)
    guard let numbers, numbers.count == value.array?.count, numbers.allSatisfy({ Float($0).isFinite }) else {
      throw .wrongValue(key: key, found: value.summary, expected: "a list of numbers")
    }
    return numbers
  }
}
