/// Whom a file has to suit.
public enum Profile: String, Sendable, Hashable, CaseIterable {
  /// The documents of the formats: GGUF's and safetensors'.
  case spec
  /// What llama.cpp's loader requires and refuses.
  case llamaCpp = "llama.cpp"
  /// Both, what is mere custom, and every warning is an error.
  case strict

  /// How serious breaking a rule is; nil where the profile does not hold it.
  public func severity(of rule: Rule) -> Severity? {
    switch self {
    case .spec: return rule.levels.spec
    case .llamaCpp: return rule.levels.llamaCpp
    case .strict:
      let levels = [rule.levels.spec, rule.levels.llamaCpp, rule.levels.strict].compactMap { $0 }
      return levels.max().map { $0 == .warning ? .error : $0 }
    }
  }
}
