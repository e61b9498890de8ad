internal import GGUF
internal import TensorCore

enum HeadsDoNotDivide: ModelRule {
  static let rule = Rule(
    "GGUF-A009", "heads-do-not-divide", .everywhere(.error),
    demand: """
      The number of heads divides the embedding's length where no length of a head is given, and the number of heads for \
      keys and values divides the number of heads.
      """,
    reason: "Programs divide the one by the other: weights are read askew, or the program aborts.",
    remedy: "Set the numbers from the original model's config.json with `gguf set`.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard model.isModel else { return }
    let parameters = model.hyperParameters
    // One finding for each key: the layers of a model are nearly always alike.
    if model.hyperParameter("attention.key_length") == nil, let embedding = parameters.value("embedding_length"),
      let heads = parameters.heads, heads > 0, embedding % heads != 0
    {
      findings.add(
        rule, at: .init(key: parameters.key("attention.head_count")),
        "\(Numbers.counted(heads, "head")) for an embedding of \(embedding), which they do not divide")
    }
    guard let layers = parameters.layers,
      let heads = parameters.perLayer("attention.head_count", layers: layers),
      let keyValueHeads = parameters.perLayer("attention.head_count_kv", layers: layers)
    else { return }
    for (layer, (heads, fewer)) in zip(heads, keyValueHeads).enumerated() {
      guard heads > 0, fewer > 0, heads % fewer != 0 else { continue }
      findings.add(
        rule, at: .init(key: parameters.key("attention.head_count_kv")),
        "\(Numbers.counted(heads, "head")) and \(fewer) for keys and values in layer \(layer), "
          + "which do not divide them")
      return
    }
  }
}

enum NoHeads: ModelRule {
  static let rule = Rule(
    "GGUF-A010", "layer-without-heads", .everywhere(.error),
    demand: "Every layer of an architecture with attention has heads, for keys and values too.",
    reason: "Programs divide by the number of heads (llama.cpp issue 28345), and crash or read nothing.",
    remedy: "Set the numbers from the original model's config.json with `gguf set`.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    // Of architectures that are not described some have layers without attention.
    guard let expectations = model.expectations, expectations.keys.contains("attention.head_count"),
      let layers = model.hyperParameters.layers
    else { return }
    for name in ["attention.head_count", "attention.head_count_kv"] {
      guard let heads = model.hyperParameters.perLayer(name, layers: layers),
        let layer = heads.firstIndex(where: { $0 <= 0 })
      else { continue }
      let without = heads.count { $0 <= 0 }
      findings.add(
        rule, at: .init(key: model.hyperParameters.key(name)),
        "\(heads[layer]) heads in layer \(layer)" + (without > 1 ? ", and so in \(without) of \(layers) layers" : ""))
    }
  }
}

enum RotaryDimensions: ModelRule {
  static let rule = Rule(
    "GGUF-A011", "rope-dimension-count", .llamaCpp(.error, spec: .warning),
    demand: "The number of rotary dimensions is even and at most a head's length; of a llama it is that length.",
    reason: "llama.cpp refuses the model or aborts: dimensions are rotated in pairs within a head.",
    remedy: "Set the number from the original model's config.json with `gguf set`.")

  /// Those of which llama.cpp demands that all dimensions are rotated.
  private static let whole: Set<String> = ["llama", "deci", "falcon", "llama-embed"]

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    let parameters = model.hyperParameters
    guard model.isRunnable, let architecture = model.architecture,
      let dimensions = parameters.value("rope.dimension_count"), let heads = parameters.heads, heads > 0,
      let length = parameters.keyLength
    else { return }
    let expected: String
    if whole.contains(architecture), dimensions != length {
      expected = "\(length), a head's length"
    } else if dimensions % 2 != 0 {
      expected = "an even number"
    } else if dimensions > length {
      expected = "at most \(length), a head's length"
    } else {
      return
    }
    findings.add(
      rule, at: .init(key: parameters.key("rope.dimension_count")), "the value is \(dimensions), expected \(expected)")
  }
}
