internal import TensorCore
internal import Validation

/// Rules for people.
enum RuleText {
  /// All rules, and how serious each is by profile.
  static func list(_ rules: [Rule]) -> String {
    var table = TextTable([("rule", .left), ("name", .left)] + Profile.allCases.map { ($0.rawValue, .left) })
    for rule in rules {
      table.add([rule.id, rule.name] + Profile.allCases.map { $0.severity(of: rule)?.rawValue ?? "off" })
    }
    return table.rendered()
  }

  /// What a rule demands, why, and what to do.
  ///
  /// - Parameter columns: What a line may have.
  static func explanation(_ rule: Rule, columns: Int) -> String {
    let levels = Profile.allCases.map { "\($0.rawValue) \($0.severity(of: rule)?.rawValue ?? "off")" }
    return """
      \(rule.id) \(rule.name)
        \(levels.joined(separator: ", "))

      \(wrapped(rule.demand, columns))
      \(wrapped("Why: " + rule.reason, columns))
      \(wrapped("What to do: " + rule.remedy, columns))

      """
  }

  private static func wrapped(_ text: String, _ columns: Int) -> String {
    var lines = [""]
    for word in text.split(separator: " ") {
      let line = lines[lines.count - 1]
      if !line.isEmpty && line.count + 1 + word.count > columns {
        lines.append(String(word))
      } else {
        lines[lines.count - 1] += (line.isEmpty ? "" : " ") + word
      }
    }
    return lines.joined(separator: "\n")
  }
}
