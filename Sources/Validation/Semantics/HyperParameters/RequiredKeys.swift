internal import GGUF
internal import TensorCore

enum HyperParameterMissing: ModelRule {
  static let rule = Rule(
    "GGUF-A004", "hyper-parameter-missing", .llamaCpp(.error, spec: .warning),
    demand: "Every hyper-parameter that the architecture needs is there.",
    reason: "llama.cpp refuses the model, or takes the number as 0 and then every shape as wrong.",
    remedy: "Set the value from the original model's config.json with `gguf set`, or convert the model again.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard model.isRunnable, model.isWhole else { return }
    for name in Architecture.keysOfAll + (model.expectations?.keys ?? []) where model.hyperParameter(name) == nil {
      let key = model.hyperParameters.key(name)
      findings.add(rule, at: .init(key: key), "is not there")
    }
    for key in model.expectations?.otherKeys ?? [] where model.metadata[key] == nil {
      findings.add(rule, at: .init(key: key), "is not there")
    }
  }
}

enum DocumentedKeyMissing: ModelRule {
  static let rule = Rule(
    "GGUF-A005", "documented-hyper-parameter-missing", .spec(.warning),
    demand: "Every hyper-parameter that the GGUF document requires of the architecture is there.",
    reason: "llama.cpp takes a default; other programs may refuse the model.",
    remedy: "Set the value from the original model's config.json with `gguf set`.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard model.isWhole, let expectations = model.expectations else { return }
    for name in expectations.documentKeys where model.hyperParameter(name) == nil {
      let key = model.hyperParameters.key(name)
      findings.add(rule, at: .init(key: key), "is not there")
    }
  }
}
