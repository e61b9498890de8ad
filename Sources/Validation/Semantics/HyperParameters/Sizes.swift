internal import GGUF
internal import TensorCore

enum SizeOutOfRange: ModelRule {
  static let rule = Rule(
    "GGUF-A006", "hyper-parameter-out-of-range", .everywhere(.error),
    demand: "The lengths of context and embedding, and the number of layers, are at least 1 and below 2^31.",
    reason: "Programs allocate, divide and loop by them; none has been trained with such a number.",
    remedy: "Set the value from the original model's config.json with `gguf set`.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard model.isModel else { return }
    for name in Architecture.keysOfAll {
      guard let value = model.hyperParameter(name)?.wholeNumber, !(1..<(1 << 31)).contains(value) else { continue }
      let key = model.hyperParameters.key(name)
      findings.add(rule, at: .init(key: key), "the value is \(value), expected 1 to 2147483647")
    }
    for name in ["feed_forward_length", "vocab_size", "attention.head_count", "attention.head_count_kv"] {
      guard let value = model.hyperParameter(name)?.wholeNumber, !(0..<(1 << 31)).contains(value) else { continue }
      let key = model.hyperParameters.key(name)
      findings.add(rule, at: .init(key: key), "the value is \(value), expected 0 to 2147483647")
    }
  }
}

extension GGUFValue {
  /// The value of any integer type; that of a u64 which `Int` does not hold as well.
  fileprivate var wholeNumber: Int128? {
    if case .uint64(let value) = self { Int128(value) } else { integer.map { Int128($0) } }
  }
}

enum TooMuch: ModelRule {
  /// `LLAMA_MAX_EXPERTS` of llama-hparams.h.
  static let mostExperts = 1024

  static let rule = Rule(
    "GGUF-A007", "more-than-llama-cpp-has-room-for", .llamaCpp(.error),
    demand: "A model has at most 512 layers, and at most 1,024 experts.",
    reason: "llama.cpp has room for no more, and aborts.",
    remedy: Remedies.convertAgain)

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard model.isRunnable else { return }
    for (name, limit) in [("block_count", HyperParameters.mostLayers), ("expert_count", mostExperts)] {
      guard let value = model.hyperParameter(name)?.integer, value > limit else { continue }
      let key = model.hyperParameters.key(name)
      findings.add(rule, at: .init(key: key), "the value is \(value), llama.cpp has room for \(limit)")
    }
  }
}

enum LayerArrayLength: ModelRule {
  static let rule = Rule(
    "GGUF-A008", "layer-array-length", .llamaCpp(.error, spec: .warning),
    demand: "An array of hyper-parameters has an element for each layer.",
    reason: "llama.cpp refuses the model; other programs read behind the array, or leave layers out.",
    remedy: Remedies.convertAgain)

  static let names = [
    "attention.head_count", "attention.head_count_kv", "feed_forward_length", "expert_feed_forward_length",
    "expert_used_count",
  ]

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard model.isModel, let layers = model.hyperParameters.layers else { return }
    for name in names {
      guard case .array(let array)? = model.hyperParameter(name), array.count != layers else { continue }
      findings.add(
        rule, at: .init(key: model.hyperParameters.key(name)),
        "\(Numbers.counted(array.count, "element")), expected one for each of \(Numbers.counted(layers, "layer"))")
    }
  }
}
