/// What somebody may have meant.
enum Spelling {
  /// The longest word that is compared, in characters: longer than every name, and bounded.
  private static let longestCompared = 40

  /// The first of the names that is fewest edits away, at most two and fewer than half of its characters; else the first
  /// of which one is the beginning of the other. Case does not count.
  static func nearest(to word: String, among names: [String]) -> String? {
    let own = word.lowercased()
    guard own.count <= longestCompared, !own.isEmpty else { return nil }
    let near = names.map { name in (name: name, distance: edits(Array(own), Array(name.lowercased()))) }
      .filter { $0.distance <= 2 && 2 * $0.distance < $0.name.count }
    if let best = near.min(by: { $0.distance < $1.distance }) { return best.name }
    return names.first { own.hasPrefix($0.lowercased()) || $0.lowercased().hasPrefix(own) }
  }

  /// The number of characters to insert, remove, replace, or exchange with their neighbour.
  private static func edits(_ a: [Character], _ b: [Character]) -> Int {
    var rows = [Array(0...b.count)]
    for i in 0..<a.count {
      var row = [i + 1]
      for j in 0..<b.count {
        var best = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
        if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] { best = min(best, rows[i - 1][j - 1] + 1) }
        row.append(best)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}
