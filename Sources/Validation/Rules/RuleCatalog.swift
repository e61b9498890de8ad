/// All rules.
public enum RuleCatalog {
  /// In the order of their ids.
  public static let all: [Rule] = {
    let structure = [
      FileRules.all, HeaderRules.all, KeyRules.all, TensorInfoRules.all, LayoutRules.all, SetRules.all,
      SafetensorsRules.all,
    ]
    let others = [PayloadRules.all, LockRules.all, ConfigurationRules.all, modelRules.map { $0.rule }]
    return (structure + others).flatMap { $0 }.sorted { $0.id < $1.id }
  }()

  /// Those that are about what the headers of a model say.
  static let modelRules: [any ModelRule.Type] = SemanticRules.all + NamingRules.all + SecurityRules.all

  private static let byName: [String: Rule] = Dictionary(
    all.flatMap { [($0.id.lowercased(), $0), ($0.name, $0)] }, uniquingKeysWith: { first, _ in first })

  /// The rule with this id, in any case, or of this name.
  public static func rule(_ idOrName: String) -> Rule? { byName[idOrName.lowercased()] }
}
