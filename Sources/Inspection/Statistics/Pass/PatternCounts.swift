/// How often each pattern of bits is there. Patterns that are there lie near each other, and only what lies between the
/// lowest and the highest of them is looked at.
struct PatternCounts: Sendable {
  private var counts: [Int]
  /// From the lowest pattern to the one behind the highest; empty where nothing was counted.
  private(set) var range: Range<Int> = 0..<0

  /// - Parameter patterns: How many there are.
  init(patterns: Int) { counts = Array(repeating: 0, count: patterns) }

  subscript(pattern: Int) -> Int { counts[pattern] }

  mutating func add(_ pattern: Int) {
    counts[pattern] += 1
    widen(to: pattern..<(pattern + 1))
  }

  private mutating func widen(to other: Range<Int>) {
    if range.isEmpty {
      range = other
    } else if other.lowerBound < range.lowerBound || other.upperBound > range.upperBound {
      range = min(range.lowerBound, other.lowerBound)..<max(range.upperBound, other.upperBound)
    }
  }

  /// Takes over what another has counted, which is then empty.
  mutating func take(_ other: inout PatternCounts) {
    if other.range.isEmpty { return }
    for pattern in other.range {
      counts[pattern] += other.counts[pattern]
      other.counts[pattern] = 0
    }
    widen(to: other.range)
    other.range = 0..<0
  }

  mutating func removeAll() {
    for pattern in range { counts[pattern] = 0 }
    range = 0..<0
  }

  /// The first pattern of those from `first` on, in ascending order, up to which `share` of all counts are; nil for none.
  func quantile(_ share: Double, from first: Int) -> Int? {
    let patterns = range.clamped(to: first..<counts.count)
    let total = patterns.reduce(0) { $0 + counts[$1] }
    let rank = Int((share * Double(total)).rounded(.up))
    var before = 0
    for pattern in patterns {
      before += counts[pattern]
      if before >= max(1, rank) { return pattern }
    }
    return nil
  }
}
