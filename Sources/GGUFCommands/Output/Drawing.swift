/// A line of columns, each as high as its count in relation to the highest.
enum Sparkline {
  private static let unicode = Array("▁▂▃▄▅▆▇█")
  private static let ascii = Array(".:-=+*#@")

  /// - Parameters:
  ///   - counts: None is negative; an empty class is a blank.
  ///   - width: The most columns; classes that stand side by side share one where there are more.
  static func text(_ counts: [Int], width: Int, glyphs: Glyphs) -> String {
    let columns = gathered(counts, to: width)
    let highest = columns.max() ?? 0
    let levels = glyphs == .unicode ? unicode : ascii
    return String(
      columns.map { count in
        guard count > 0 else { return " " }
        let level = Int((Double(count) / Double(highest) * Double(levels.count)).rounded(.up))
        return levels[min(max(level, 1), levels.count) - 1]
      })
  }

  /// Sums of as many neighbours as it takes to have `width` at most.
  static func gathered(_ counts: [Int], to width: Int) -> [Int] {
    let share = max(1, (counts.count + max(1, width) - 1) / max(1, width))
    return stride(from: 0, to: counts.count, by: share).map { first in
      counts[first..<min(first + share, counts.count)].reduce(0) { sum, count in
        let (next, overflow) = sum.addingReportingOverflow(count)
        return overflow ? .max : next
      }
    }
  }
}

/// A horizontal bar.
enum HorizontalBar {
  private static let eighths = Array(" ▏▎▍▌▋▊▉")

  /// - Parameters:
  ///   - share: Of the whole width, 0 to 1.
  ///   - width: Characters of a bar that is full.
  static func text(_ share: Double, width: Int, glyphs: Glyphs) -> String {
    let share = min(max(share.isNaN ? 0 : share, 0), 1)
    switch glyphs {
    case .unicode:
      // What is there is seen.
      let parts = max(Int((share * Double(width) * 8).rounded()), share > 0 ? 1 : 0)
      return String(repeating: "█", count: parts / 8) + (parts % 8 > 0 ? String(eighths[parts % 8]) : "")
    case .ascii:
      return String(repeating: "#", count: max(Int((share * Double(width)).rounded()), share > 0 ? 1 : 0))
    }
  }
}
