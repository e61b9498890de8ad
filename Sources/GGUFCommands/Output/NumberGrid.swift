/// Numbers that are counted, four a line, several kinds of them side by side.
struct NumberGrid {
  private static let numbersOfLine = 4

  /// What the numbers are counted by.
  let title: String
  /// What each kind is called, and its numbers: as many of each.
  let cells: KeyValuePairs<String, [String]>
  /// The number of the first.
  let from: Int

  var text: String {
    let count = cells.first?.value.count ?? 0
    let widths = cells.map { $0.value.lazy.map(\.count).max() ?? 0 }
    var table = TextTable([(title, .right)] + cells.map { ($0.key, .left) })
    for start in stride(from: 0, to: count, by: Self.numbersOfLine) {
      let end = min(start + Self.numbersOfLine, count)
      let line = zip(cells, widths).map { column, width in
        column.value[start..<end].map { String(repeating: " ", count: width - $0.count) + $0 }.joined(separator: "  ")
      }
      table.add([end - start == 1 ? "\(from + start)" : "\(from + start)-\(from + end - 1)"] + line)
    }
    return table.rendered()
  }
}
