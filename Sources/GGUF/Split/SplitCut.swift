internal import TensorCore

/// How a model is cut into parts. Tensors stay in their order, so that a part is a stretch of them.
public enum SplitCut: Sendable, Hashable {
  /// No part has more tensors; every part but the last has as many.
  case tensors(Int)
  /// No part has more bytes of tensors, padding included, than this; a tensor that has more has a part for itself. The
  /// header is not counted, as gguf-split of llama.cpp does not count it.
  case bytes(Int)
  /// So many parts, each with at least one tensor, so that the one with the most work has as little as can be.
  case parts(Int)

  /// The tensors of each part; one part, which is empty, where there are none.
  ///
  /// - Parameters:
  ///   - sizes: Bytes of each tensor, padding included.
  ///   - work: What each tensor costs, by which ``parts(_:)`` balances.
  /// - Throws: ``SplitLayoutError`` where the limit is below 1, or there are fewer tensors than parts.
  func ranges(sizes: [Int], work: [Int]) throws(SplitLayoutError) -> [Range<Int>] {
    precondition(sizes.count == work.count)
    switch self {
    case .tensors(let limit):
      guard limit > 0 else { throw .limitNotPositive }
      return Self.filled(Array(repeating: 1, count: sizes.count), limit: limit)
    case .bytes(let limit):
      guard limit > 0 else { throw .limitNotPositive }
      return Self.filled(sizes, limit: limit)
    case .parts(let count):
      guard count > 0 else { throw .limitNotPositive }
      guard count <= max(1, sizes.count) else { throw .fewerTensorsThanParts(tensors: sizes.count, parts: count) }
      return Self.balanced(work, count)
    }
  }

  /// One part after the other is filled until the next tensor is too much for it.
  private static func filled(_ costs: [Int], limit: Int) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var (start, sum) = (0, 0)
    for (index, cost) in costs.enumerated() {
      let next = clamped(sum, cost)
      if index > start && next > limit {
        ranges.append(start..<index)
        (start, sum) = (index, cost)
      } else {
        sum = next
      }
    }
    return ranges + [start..<costs.count]
  }

  /// The smallest limit for which no more parts than these are filled, found by halving; what is left over then makes
  /// the last parts smaller.
  private static func balanced(_ costs: [Int], _ count: Int) -> [Range<Int>] {
    let (largest, total) = (costs.max() ?? 0, costs.clampedSum)
    var low = max(largest, total / count)
    // Parts that are filled up to this have more than their share each, so that no more than enough are needed.
    var high = min(total, clamped(low + (low < .max ? 1 : 0), largest))
    while low < high {
      let middle = low + (high - low) / 2
      if filled(costs, limit: middle).count <= count { high = middle } else { low = middle + 1 }
    }
    var ranges = filled(costs, limit: low)
    // Tensors of the last parts, until there are enough parts.
    var last = ranges.count - 1
    while ranges.count < count && last >= 0 {
      let range = ranges[last]
      let wanted = min(range.count, count - ranges.count + 1)
      if wanted > 1 {
        let first = range.lowerBound..<(range.upperBound - wanted + 1)
        ranges.replaceSubrange(last...last, with: [first] + (first.upperBound..<range.upperBound).map { $0..<($0 + 1) })
      }
      last -= 1
    }
    return ranges
  }

  private static func clamped(_ a: Int, _ b: Int) -> Int {
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? .max : sum
  }
}
