internal import GGUF
internal import TensorCore

/// `general.architecture`: what runs the model.
enum ArchitectureMissing: ModelRule {
  static let rule = Rule(
    "GGUF-A001", "architecture-missing", .everywhere(.error),
    demand: "A model says in general.architecture what runs it.",
    reason: """
      The GGUF document requires it. All hyper-parameters are named after it, so that no program can run a model \
      without.
      """,
    remedy: "Set it with `gguf set`; the hyper-parameters have to be named after it.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard model.isModel, model.isWhole, model.architecture == nil else { return }
    let found =
      switch model.metadata["general.architecture"] {
      case nil: "is not there"
      case .string: "is empty"
      case let value?: "is of type \(value.kind), expected str"
      }
    findings.add(rule, at: .init(key: "general.architecture"), "general.architecture \(found)")
  }
}

enum ArchitectureUnknown: ModelRule {
  static let rule = Rule(
    "GGUF-A002", "architecture-unknown", .llamaCpp(.error, spec: .note),
    demand: "general.architecture is one that llama.cpp knows.",
    reason: "llama.cpp refuses a model of another one; the rules about its hyper-parameters and tensors do not hold.",
    remedy: "Use the program that the model was made for, or a newer one.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard model.isModel, let name = model.architecture, !KnownArchitectures.names.contains(name) else { return }
    findings.add(
      rule, at: .init(key: "general.architecture"),
      name == "unknown"
        ? "is \"unknown\": a container of tensors, which no program runs"
        : "is \(name.quoted(limit: 64)), which llama.cpp does not know")
  }
}

enum NoTensors: ModelRule {
  static let rule = Rule(
    "GGUF-A003", "no-tensors", .everywhere(.note),
    demand: "A model has tensors.",
    reason: "A file without tensors is a vocabulary at most; nothing can be run.",
    remedy: "Nothing has to be done where it is meant to be a vocabulary; else convert the model again.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard model.isModel || model.format == .safetensors, model.isWhole, model.tensors.isEmpty else { return }
    if model.format == .safetensors { return findings.add(rule, "no tensor") }
    let hasTokens = model.metadata["tokenizer.ggml.tokens"] != nil
    findings.add(rule, "no tensor, \(hasTokens ? "only a vocabulary" : "and no vocabulary")")
  }
}
