/// What somebody may have meant.
package enum Spelling {
  /// The longest word that is compared, in characters: longer than names are, and bounded.
  private static let longestCompared = 128
  /// The most edits between a word and what was meant.
  private static let mostEdits = 2

  /// The first of the names that is fewest edits away, at most two and fewer than half of its characters; else the first
  /// of which one is the beginning of the other. Case does not count.
  package static func nearest(to word: String, among names: [String]) -> String? {
    let own = Array(word.lowercased())
    guard own.count <= longestCompared, !own.isEmpty else { return nil }
    var best: (name: String, distance: Int)?
    for name in names {
      let other = Array(name.lowercased())
      // As many edits as the lengths differ by are needed at least.
      guard abs(other.count - own.count) <= mostEdits else { continue }
      let distance = edits(own, other)
      guard distance <= mostEdits, 2 * distance < other.count, distance < best?.distance ?? .max else { continue }
      best = (name, distance)
    }
    if let best { return best.name }
    let start = word.lowercased()
    return names.first { name in
      let other = name.lowercased()
      return !other.isEmpty && (start.hasPrefix(other) || other.hasPrefix(start))
    }
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
