internal import Inspection
internal import TensorCore
internal import Validation

/// What is wrong or odd in weights and blocks, a line for each kind; of several tensors the first in words.
enum MeasuredFindingLines {
  private static let namedCount = 3

  /// First what breaks a rule, then what only statistics see.
  static func text(_ measured: MeasuredCheckpoint) -> String {
    let broken = measured.findings.groups(from: .note, maximum: nil).map { group in
      line(
        "\(group.severity.rawValue) \(group.rule.id)", group.findings.map { ($0.place.tensor ?? "", $0.message) },
        hidden: group.hidden)
    }
    let odd = StatisticsFinding.Rule.allCases.map { rule in
      line("warning", measured.statistics.findings.filter { $0.rule == rule }.map { ($0.tensor, $0.message) })
    }
    return (broken + odd).joined()
  }

  /// - Parameter hidden: Tensors that are not among them.
  private static func line(_ kind: String, _ tensors: [(name: String, message: String)], hidden: Int = 0) -> String {
    guard let first = tensors.first else { return "" }
    let others = tensors.dropFirst()
    let named = others.prefix(namedCount - 1)
    let rest = others.count - named.count + hidden
    return "\(kind): tensor \(first.name.quoted()): \(first.message)"
      + (others.isEmpty ? "" : "; so it is with \(named.map { $0.name.quoted() }.joined(separator: ", "))")
      + (rest > 0 ? ", and \(rest) more" : "") + "\n"
  }
}
