/// A table in GitHub's Markdown. Cells are Markdown already.
struct MarkdownTable {
  private let heads: [String]
  private let textColumns: Int
  private var rows: [[String]] = []

  /// - Parameter textColumns: So many columns at the left are text; the others are figures and stand at the right.
  init(_ heads: [String], textColumns: Int = 0) {
    self.heads = heads
    self.textColumns = textColumns
  }

  mutating func add(_ cells: [String]) { rows.append(cells) }

  var text: String {
    let rule = heads.indices.map { $0 < textColumns ? ":--" : "--:" }
    return ([heads, rule] + rows).map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
  }
}
