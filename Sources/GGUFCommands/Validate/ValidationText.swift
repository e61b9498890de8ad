internal import TensorCore
internal import Validation

/// What validation found, for people: by model, then by severity and rule.
struct ValidationText {
  private let results: ValidationResults
  private let style: TextStyle
  /// What a line may have; nil for any.
  private let columns: Int?

  init(_ results: ValidationResults, style: TextStyle, columns: Int?) {
    (self.results, self.style, self.columns) = (results, style, columns)
  }

  func rendered() -> String {
    var text = ""
    // A model of which there is more to say than a line stands apart.
    var isApart = true
    for model in results.models {
      guard let report = model.report else { continue }
      let groups = results.groups(report)
      if !groups.isEmpty && !isApart { text += "\n" }
      text += heading(model, report) + "\n"
      for group in groups { text += rendered(group, report) }
      if !groups.isEmpty { text += "\n" }
      isApart = !groups.isEmpty
    }
    if !isApart { text += "\n" }
    text += results.summary + "\n"
    let shown = results.models.contains { $0.report.map { !results.groups($0).isEmpty } ?? false }
    if shown { text += "gguf validate --explain RULE says why a rule matters and how a file is mended\n" }
    return text
  }

  /// `model.gguf: GGUF, 291 tensors: 2 errors, 1 warning`.
  private func heading(_ model: ModelResult, _ report: ModelReport) -> String {
    var parts: [String] = []
    if let format = report.format {
      parts.append(format)
      parts.append(Numbers.counted(report.tensorCount, "tensor"))
    }
    if report.files.count > 1 { parts.append(Numbers.counted(report.files.count, "file")) }
    if !model.configurations.isEmpty {
      let says = model.configurations.count == 1 ? "says" : "say"
      parts.append("as \(model.configurations.map(\.printable).joined(separator: " and ")) \(says)")
    }
    let counts = Severity.allCases.reversed().compactMap { severity in
      report.findings.bySeverity[severity].map { style.text(Numbers.counted($0, severity.rawValue), severity) }
    }
    let found = counts.isEmpty ? style.good("good") : counts.joined(separator: ", ")
    let about = parts.isEmpty ? "" : parts.joined(separator: ", ") + ": "
    return style.bold(model.path.printable) + ": " + about + found
  }

  private func rendered(_ group: RuleFindings, _ report: ModelReport) -> String {
    var text = "  \(style.text(group.severity.rawValue, group.severity)) \(group.rule.id) \(group.rule.name)\n"
    for finding in group.findings { text += Lines.wrapped(finding.line(of: report), indent: 4, columns: columns) }
    if group.hidden > 0 {
      text +=
        group.findings.isEmpty
        ? "    found \(Numbers.counted(group.hidden, "time"))\n" : "    and \(Numbers.grouped(group.hidden)) more\n"
    }
    return text
  }
}

/// Colours, where they are wanted.
struct TextStyle: Sendable {
  let hasColours: Bool

  func text(_ text: String, _ severity: Severity) -> String {
    switch severity {
    case .error: sequence("1;31", text)
    case .warning: sequence("33", text)
    case .note: sequence("36", text)
    }
  }

  func bold(_ text: String) -> String { sequence("1", text) }
  func good(_ text: String) -> String { sequence("32", text) }

  /// ECMA-48, select graphic rendition.
  private func sequence(_ code: String, _ text: String) -> String {
    hasColours ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
