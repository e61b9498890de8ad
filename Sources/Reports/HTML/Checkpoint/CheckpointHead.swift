internal import Inspection
internal import TensorCore

/// What a page about a checkpoint begins with: its name, what it is, and whether anything looks odd.
struct CheckpointHead {
  private let page: CheckpointPage

  init(_ page: CheckpointPage) { self.page = page }

  var markup: Markup {
    """
    <p class="kicker">What is in a checkpoint</p>
    <h1><bdi>\(ReportText.name(page.name))</bdi></h1>
    <p class="muted">\(ReportText.printable(page.format, limit: 200))</p>
    \(verdict)\(remark)
    """
  }

  private var verdict: Markup {
    let broken = Set(page.findings.lazy.filter { $0.severity == .error }.map(\.rule))
    if !broken.isEmpty {
      return "<p class=\"verdict error\">Breaks \(Numbers.counted(broken.count, "rule"))</p>\n"
    }
    let odd = page.findings.count + (page.statistics?.findings.count ?? 0)
    return odd == 0
      ? "<p class=\"verdict good\">Nothing looks odd</p>\n"
      : "<p class=\"verdict warning\">\(Numbers.counted(odd, "thing")) \(odd == 1 ? "looks" : "look") odd</p>\n"
  }

  private var remark: Markup {
    guard page.statistics == nil else { return "" }
    let reason = page.limitation.map { ": " + ReportText.printable($0, limit: 1000) } ?? "."
    return "<p>Only headers were read, no weights\(reason)</p>\n"
  }
}

/// The checkpoint at a glance.
struct CheckpointFigures {
  private let page: CheckpointPage

  init(_ page: CheckpointPage) { self.page = page }

  var markup: Markup { "\(tiles)\n\(facts)" }

  private var tiles: Markup {
    let (types, size) = (page.types, page.files.lazy.map(\.contentSize).clampedSum)
    var tiles: [FigureTiles.Tile] = [
      .init("Parameters", Self.short(types.parameters), Numbers.grouped(types.parameters)),
      .init(
        "Size", Numbers.bytes(size), "\(Numbers.grouped(size)) bytes in \(Numbers.counted(page.files.count, "file"))"),
      .init("Tensors", Numbers.grouped(types.tensors), "of \(Numbers.counted(types.shares.count, "type"))"),
    ]
    if types.parameters > 0 {
      tiles.append(.init("Bits a weight", Numbers.fixed(types.bitsPerWeight, 2), "on average"))
    }
    return FigureTiles(tiles).markup
  }

  /// `268 million`.
  private static func short(_ count: Int) -> String {
    for (unit, name) in [(1e12, "trillion"), (1e9, "billion"), (1e6, "million")] where Double(count) >= unit {
      let value = Double(count) / unit
      return Numbers.fixed(value, value < 99.95 ? 1 : 0) + " " + name
    }
    return Numbers.grouped(count)
  }

  private var facts: Markup {
    if page.facts.isEmpty { return "" }
    let rows = page.facts.map { fact -> Markup in
      "<div><dt>\(fact.label)</dt><dd><bdi>\(ReportText.printable(fact.value, limit: 1000))</bdi></dd></div>\n"
    }
    return "<dl class=\"facts\">\n\(rows.joined())</dl>"
  }
}

/// What looks odd: first the rules that are broken, then what only statistics of weights and blocks see.
struct CheckpointFindings {
  /// More than anybody reads; each tensor also has its own.
  private static let limit = 2000

  private let page: CheckpointPage

  init(_ page: CheckpointPage) { self.page = page }

  var markup: Markup {
    let odd = page.statistics?.findings ?? []
    let items =
      page.findings.prefix(Self.limit).map {
        FindingList.Item(badge: Self.badge($0.severity), tensor: $0.tensor, message: $0.message, rule: $0.rule)
      }
      + odd.prefix(Self.limit).map {
        FindingList.Item(badge: .odd, tensor: $0.tensor, message: $0.message, rule: $0.rule.rawValue)
      }
    let shown = items.prefix(Self.limit)
    var omissions = page.omissions
    let left = page.findings.count + odd.count - shown.count
    if left > 0 { omissions.append("\(Numbers.grouped(left)) more findings") }
    let list = FindingList(Array(shown), openCount: 8).markup
    if omissions.isEmpty { return list }
    let remark = ReportText.printable(omissions.joined(separator: "; "), limit: 1000)
    return "\(list)\n<p class=\"muted\">Left out here: <span class=\"message\">\(remark)</span></p>"
  }

  private static func badge(_ severity: CheckpointPage.Finding.Severity) -> FindingList.Item.Badge {
    switch severity {
    case .error: .error
    case .warning: .warning
    case .note: .note
    }
  }
}
