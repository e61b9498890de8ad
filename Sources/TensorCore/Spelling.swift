/// What somebody may have meant.
package enum Spelling {
  /// The longest word that is compared, in bytes: longer than names are, and bounded.
  private static let longestCompared = 128
  /// The most edits between a word and what was meant.
  private static let mostEdits = 2

  /// The first of the names that is fewest edits away, at most two and fewer than half of its bytes; else the first of
  /// which one is the beginning of the other. Case does not count.
  ///
  /// - Complexity: O(*n*) for *n* names: an error in a file of 100,000 tensors is told at once.
  package static func nearest(to word: String, among names: [String]) -> String? {
    let own = Array(word.lowercased().utf8)
    guard own.count <= longestCompared, !own.isEmpty else { return nil }
    var best: (name: String, distance: Int)?
    var beginning: String?
    for name in names where !name.isEmpty {
      let other = Array(name.lowercased().utf8)
      if beginning == nil && (own.starts(with: other) || other.starts(with: own)) { beginning = name }
      // As many edits as the lengths differ by are needed at least.
      guard abs(other.count - own.count) <= mostEdits else { continue }
      let distance = edits(own, other)
      guard distance <= mostEdits, 2 * distance < other.count, distance < best?.distance ?? .max else { continue }
      best = (name, distance)
    }
    return best?.name ?? beginning
  }

  /// The number of bytes to insert, remove, replace, or exchange with their neighbour; any number above ``mostEdits``
  /// where there are more.
  private static func edits(_ a: [UInt8], _ b: [UInt8]) -> Int {
    // The row before the last, the last, and the one that is being filled.
    var (older, last, row) = ([Int](repeating: 0, count: b.count + 1), Array(0...b.count), Array(0...b.count))
    for i in 0..<a.count {
      row[0] = i + 1
      var fewest = row[0]
      for j in 0..<b.count {
        var best = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] { best = min(best, older[j - 1] + 1) }
        row[j + 1] = best
        fewest = min(fewest, best)
      }
      // Every way goes through this row, or passes it in an exchange, from the one before.
      if fewest > mostEdits + 1 { return fewest }
      (older, last, row) = (last, row, older)
    }
    return last[b.count]
  }
}
