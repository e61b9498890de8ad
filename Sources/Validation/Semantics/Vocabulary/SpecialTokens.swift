internal import GGUF
internal import TensorCore

extension ValidatedModel {
  /// The keys that hold the number of a token with a part to play: `tokenizer.ggml.bos_token_id`.
  fileprivate var specialTokens: [(key: String, id: Int)] {
    metadata.entries.compactMap { entry in
      guard entry.key.hasPrefix("tokenizer.ggml."), entry.key.hasSuffix("_token_id") else { return nil }
      return entry.value.integer.map { (entry.key, $0) }
    }
  }
}

enum SpecialTokenOutOfRange: ModelRule {
  static let rule = Rule(
    "GGUF-V013", "special-token-out-of-range", .everywhere(.warning),
    demand: "Every token with a part to play is in the vocabulary.",
    reason: "llama.cpp takes a default that may be wrong; programs that do not look read behind the vocabulary.",
    remedy: "Set the right number with `gguf set`, or remove the key.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard let tokens = model.tokens else { return }
    for (key, id) in model.specialTokens where !(0..<tokens.count).contains(id) {
      findings.add(
        rule, at: .init(key: key),
        "the number is \(id), and the vocabulary has \(Numbers.counted(tokens.count, "token"))")
    }
  }
}

enum SpecialTokenType: ModelRule {
  static let rule = Rule(
    "GGUF-V014", "special-token-type", .everywhere(.warning),
    demand: "The tokens that begin and end a text are neither unused nor single bytes.",
    reason: "The number is probably wrong: the model does not know where its answers end.",
    remedy: "Set the number from the original model's tokenizer_config.json with `gguf set`.")

  private static let roles = ["bos", "eos", "eot", "eom"]
  private static let names = [5: "unused", 6: "a byte"]

  static let isThorough = true

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard let tokens = model.tokens, let types = model.tokenizerArray("token_type"), types.count == tokens.count else {
      return
    }
    var keys: [Int: [String]] = [:]
    for role in roles {
      let key = "tokenizer.ggml.\(role)_token_id"
      if let id = model.metadata[key]?.integer { keys[id, default: []].append(key) }
    }
    guard let last = keys.keys.max() else { return }
    for (id, value) in types.enumerated() {
      if id > last { return }
      guard let type = value.integer.flatMap({ names[$0] }) else { continue }
      for key in keys[id] ?? [] { findings.add(rule, at: .init(key: key), "token \(id) is of type \(type)") }
    }
  }
}
