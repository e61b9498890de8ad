/// A table of text: columns as wide as their widest cell.
struct TextTable {
  enum Alignment {
    case left, right
  }

  private let columns: [(title: String, alignment: Alignment)]
  private var rows: [[String]] = []

  init(_ columns: [(title: String, alignment: Alignment)]) { self.columns = columns }

  /// Whether there is nothing but titles.
  var isEmpty: Bool { rows.isEmpty }

  /// One cell a column.
  mutating func add(_ cells: [String]) { rows.append(cells) }

  /// The lines, each behind `indent`.
  func rendered(indent: String = "") -> String {
    var widths = columns.map(\.title.count)
    for row in rows {
      for (index, cell) in row.enumerated() where index < widths.count {
        widths[index] = max(widths[index], cell.count)
      }
    }
    var text = ""
    for row in [columns.map(\.title)] + rows {
      var line = indent
      for (index, cell) in row.enumerated() where index < widths.count {
        let space = String(repeating: " ", count: widths[index] - cell.count)
        line += columns[index].alignment == .left ? cell + space : space + cell
        if index + 1 < row.count { line += "  " }
      }
      while line.hasSuffix(" ") { line.removeLast() }
      text += line + "\n"
    }
    return text
  }
}
