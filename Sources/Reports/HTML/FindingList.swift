internal import Verification

/// What was found, each in a line: the first of them open, the rest behind a summary.
struct FindingList {
  /// One of them.
  struct Item {
    enum Badge { case error, warning, note, odd }

    let badge: Badge
    var tensor: String?
    let message: String
    /// Where it is; empty where it has no place.
    var place = ""
    /// The name of the rule; empty where it has none.
    var rule = ""
  }

  /// Scalars of a message that are shown.
  private static let messageLimit = 1000

  private let items: [Item]
  /// How many are shown at once.
  private let openCount: Int

  init(_ items: [Item], openCount: Int) { (self.items, self.openCount) = (items, openCount) }

  init(_ findings: [Finding]) {
    openCount = 20
    items = findings.map { finding in
      Item(
        badge: finding.severity == .error ? .error : .warning, tensor: finding.tensor, message: finding.message,
        place: ReportText.place(finding), rule: finding.rule.rawValue)
    }
  }

  var markup: Markup {
    if items.isEmpty { return "<p>Nothing was found.</p>" }
    let rest = items.dropFirst(openCount)
    let open = list(items.prefix(openCount))
    if rest.isEmpty { return open }
    return "\(open)\n<details><summary>\(String(rest.count)) more</summary>\n\(list(rest))\n</details>"
  }

  private func list(_ items: ArraySlice<Item>) -> Markup {
    "<ul class=\"findings\">\n\(items.map(line).joined())</ul>"
  }

  private func line(_ item: Item) -> Markup {
    let badge: Markup =
      switch item.badge {
      case .error: "<strong class=\"badge error\">error</strong>"
      case .warning: "<strong class=\"badge warning\">warning</strong>"
      case .note: "<strong class=\"badge\">note</strong>"
      case .odd: "<strong class=\"badge warning\">odd</strong>"
      }
    let tensor: Markup = item.tensor.map { "<bdi class=\"name\">\(ReportText.name($0))</bdi>: " } ?? ""
    let position: Markup = item.place.isEmpty ? "" : "<span class=\"muted\">\(item.place)</span> "
    let rule: Markup = item.rule.isEmpty ? "" : "<code class=\"rule\">\(item.rule)</code>"
    return """
      <li>\(badge) <div>\(tensor)<span class="message">\(ReportText.printable(item.message, limit: Self.messageLimit))</span> \(position)\
      \(rule)</div></li>

      """
  }
}
