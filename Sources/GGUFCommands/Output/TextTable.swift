/// A table of text: columns as wide as their widest cell.
struct TextTable {
  enum Alignment {
    case left, right
  }

  /// Columns that a column which gives way keeps at least.
  private static let narrowest = 12

  private let columns: [(title: String, alignment: Alignment)]
  private let flexible: Int?
  private var rows: [[String]] = []

  /// - Parameter flexible: The column whose cells are cut in their middle where a line does not fit.
  init(_ columns: [(title: String, alignment: Alignment)], flexible: Int? = nil) {
    self.columns = columns
    self.flexible = flexible
  }

  /// Whether there is nothing but titles.
  var isEmpty: Bool { rows.isEmpty }

  /// One cell a column.
  mutating func add(_ cells: [String]) { rows.append(cells) }

  /// The lines, each behind `indent`.
  ///
  /// - Parameter width: What a line may have; nil for any.
  func rendered(indent: String = "", width: Int? = nil) -> String {
    text([columns.map(\.title)] + rows, indent, width)
  }

  /// The lines without the titles.
  func lines(indent: String = "", width: Int? = nil) -> String { text(rows, indent, width) }

  private func text(_ rows: [[String]], _ indent: String, _ width: Int?) -> String {
    var widths = columns.map { _ in 0 }
    for row in rows {
      for (index, cell) in row.enumerated() where index < widths.count {
        widths[index] = max(widths[index], cell.count)
      }
    }
    if let width, let flexible {
      let others = widths.reduce(indent.count + 2 * (widths.count - 1), +) - widths[flexible]
      widths[flexible] = min(widths[flexible], max(Self.narrowest, width - others))
    }
    var text = ""
    for row in rows {
      var line = indent
      for (index, cell) in row.enumerated() where index < widths.count {
        let cell = cell.count > widths[index] ? Self.cut(cell, to: widths[index]) : cell
        let space = String(repeating: " ", count: widths[index] - cell.count)
        line += columns[index].alignment == .left ? cell + space : space + cell
        if index + 1 < row.count { line += "  " }
      }
      while line.hasSuffix(" ") { line.removeLast() }
      text += line + "\n"
    }
    return text
  }

  /// Both ends of names and values say more than their middle.
  private static func cut(_ cell: String, to count: Int) -> String {
    let kept = count - 3
    return cell.prefix(kept - kept / 2) + "..." + cell.suffix(kept / 2)
  }
}
