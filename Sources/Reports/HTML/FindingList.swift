internal import Verification

/// What was found, each in a line: the first of them open, the rest behind a summary.
struct FindingList {
  /// Findings that are shown at once.
  private static let openCount = 20

  /// Scalars of a message that are shown.
  private static let messageLimit = 1000

  private let findings: [Finding]

  init(_ findings: [Finding]) { self.findings = findings }

  var markup: Markup {
    if findings.isEmpty { return "<p>Nothing was found.</p>" }
    let rest = findings.dropFirst(Self.openCount)
    let open = list(findings.prefix(Self.openCount))
    if rest.isEmpty { return open }
    return "\(open)\n<details><summary>\(String(rest.count)) more</summary>\n\(list(rest))\n</details>"
  }

  private func list(_ findings: ArraySlice<Finding>) -> Markup {
    "<ul class=\"findings\">\n\(findings.map(item).joined())</ul>"
  }

  private func item(_ finding: Finding) -> Markup {
    let severity: Markup =
      switch finding.severity {
      case .error: "<strong class=\"badge error\">error</strong>"
      case .warning: "<strong class=\"badge warning\">warning</strong>"
      }
    let tensor: Markup = finding.tensor.map { "<bdi class=\"name\">\(ReportText.name($0))</bdi>: " } ?? ""
    let place = ReportText.place(finding)
    let position: Markup = place.isEmpty ? "" : "<span class=\"muted\">\(place)</span> "
    return """
      <li>\(severity) <div>\(tensor)<span class="message">\(ReportText.printable(finding.message, limit: Self.messageLimit))</span> \(position)\
      <code class="rule">\(finding.rule.rawValue)</code></div></li>

      """
  }
}
