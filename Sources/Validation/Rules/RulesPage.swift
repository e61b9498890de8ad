/// formats/rules.md, made of the rules.
package enum RulesPage {
  /// What the letters of ids stand for, in the order of the page.
  private static let families: [(letter: Character, title: String)] = [
    ("F", "What the file is"), ("H", "The header"), ("K", "Keys and values"), ("T", "Tensor infos"),
    ("L", "Layout of the data"), ("A", "Architecture and hyper-parameters"), ("V", "Vocabulary"), ("Q", "Quantization"),
    ("P", "Data of tensors"), ("S", "Sets of files"), ("X", "Security"), ("N", "Names of files"),
    ("C", "What a configuration demands"), ("D", "What a lock file demands"),
  ]

  package static var text: String {
    var text = """
      # Rules of validation

      What `gguf validate` holds models against; [validate.md](validate.md) tells how it is used. This page is made of the
      rules in Sources/Validation by `make rules`; a test compares it with them.

      The columns name the severity under each profile; where there is none, the profile does not hold the rule. Ids that
      begin with `SAFE` are about safetensors; of the others, some are about all formats. An id is never given to another
      rule.

      """
    for (letter, title) in families {
      let rules = RuleCatalog.all.filter { $0.family == letter }
      guard !rules.isEmpty else { continue }
      text += "\n## \(title)\n\n| rule | name | \(Profile.allCases.map(\.rawValue).joined(separator: " | ")) |\n"
      text += "| --- | --- |\(Profile.allCases.map { _ in " --- |" }.joined())\n"
      for rule in rules {
        let levels = Profile.allCases.map { $0.severity(of: rule)?.rawValue ?? "" }
        text += "| \(rule.id) | `\(rule.name)` | \(levels.joined(separator: " | ")) |\n"
      }
      for rule in rules {
        text += """

          ### \(rule.id) \(rule.name)

          \(rule.demand)

          Why: \(rule.reason)

          What to do: \(rule.remedy)

          """
      }
    }
    return text
  }

  /// Letters of rules that the page would leave out.
  package static var unknownFamilies: Set<Character> {
    Set(RuleCatalog.all.compactMap(\.family)).subtracting(families.map(\.letter))
  }
}

extension Rule {
  /// The letter behind the dash.
  fileprivate var family: Character? { id.split(separator: "-").last?.first }
}
