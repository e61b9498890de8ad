internal import GGUF
internal import TensorCore
internal import Validation

/// What looks odd at a glance: a line for each rule that is broken, as far as it is a warning at least.
struct GlanceText {
  /// More is for `gguf validate`.
  private static let mostRules = 8

  private let report: ModelReport
  /// Those whose violations are said on standard error.
  private let saidElsewhere: Set<Rule>

  /// - Parameter gguf: What was looked at, if it is GGUF.
  init(_ report: ModelReport, _ gguf: (any GGUFSource)?) {
    self.report = report
    saidElsewhere = Set((gguf?.parts ?? []).flatMap { $0.deviations.map(\.rule) })
  }

  func rendered(width: Int?) -> String {
    let groups = report.findings.groups(from: .warning, maximum: 1).filter { !saidElsewhere.contains($0.rule) }
    if groups.isEmpty { return "" }
    var text = "\nfindings:\n"
    for group in groups.prefix(Self.mostRules) {
      let line = group.findings.first?.line(of: report) ?? ""
      let others = group.hidden > 0 ? "; and \(Numbers.grouped(group.hidden)) more" : ""
      text += Lines.wrapped(
        "\(group.severity.rawValue) \(group.rule.id): \(line)\(others)", indent: 2, columns: width)
    }
    let left = groups.dropFirst(Self.mostRules).lazy.map(\.count).clampedSum
    if left > 0 { text += "  \(Numbers.grouped(left)) more: gguf validate \(report.path.printable)\n" }
    return text
  }
}
