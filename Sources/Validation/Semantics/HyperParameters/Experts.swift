internal import GGUF
internal import TensorCore

enum ExpertCounts: ModelRule {
  static let rule = Rule(
    "GGUF-A012", "expert-counts", .everywhere(.error),
    demand: "A token uses at least one and at most all of the experts, and groups of experts are equal.",
    reason: "llama.cpp aborts; programs that do not look read behind the experts.",
    remedy: "Set the numbers from the original model's config.json with `gguf set`.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard model.isRunnable, model.isWhole, let architecture = model.architecture else { return }
    let parameters = model.hyperParameters
    let count = parameters.value("expert_count") ?? 0
    // llama.cpp takes one expert as none there.
    if ["hunyuan_vl", "hunyuan-dense"].contains(architecture), count <= 1 { return }
    func add(_ name: String, _ message: String) {
      findings.add(rule, at: .init(key: parameters.key(name)), message)
    }
    let used: Int
    switch model.hyperParameter("expert_used_count") {
    case .array(let array)?: used = array.prefix(HyperParameters.mostLayers).compactMap(\.integer).max() ?? 0
    case let value: used = value?.integer ?? 0
    }
    if used > count {
      add("expert_used_count", "a token uses \(used) of \(Numbers.counted(count, "expert"))")
    } else if count > 0, used <= 0 {
      add("expert_used_count", "a token uses none of \(Numbers.counted(count, "expert"))")
    }
    let groups = parameters.value("expert_group_count") ?? 0
    if groups > 1, count % groups != 0 || groups >= count {
      add("expert_group_count", "\(groups) groups of \(Numbers.counted(count, "expert")), which they do not divide")
    }
  }
}
