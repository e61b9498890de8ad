/// How the search for a scale and a minimum takes a given importance: ggml's `make_qkx3_quants`, which differs from
/// ``AffineSearch`` only in its numbers.
extension AffineSearchParameters {
  /// Q2_K, Q4_K and Q5_K, and the types with 32 weights a block, search with these if the importance is given.
  static func weighted(highestCode: Int32) -> Self {
    AffineSearchParameters(highestCode: highestCode, firstStep: -0.9, stepWidth: 0.05, lastStep: 36)
  }
}

/// What the error of each weight of a sub-block counts for, where the importance of its column is given: large weights
/// count for more.
struct WeightedImportance<let count: Int> {
  private(set) var values = InlineArray<count, Float>(repeating: 0)
  /// What an error of the sub-block's scale counts for.
  private(set) var sum: Float = 0

  /// - Parameters:
  ///   - x: The weights of the sub-block.
  ///   - importance: Those of their columns.
  ///   - level: The mean square of a larger group of weights, or a multiple of it.
  init(_ x: Span<Float>, importance: Span<Float>, level: Float) {
    for i in 0..<count {
      values[i] = importance[i] * (level + x[i] * x[i]).squareRoot()
      sum += values[i]
    }
  }

  /// The sum of the squares of weights.
  static func squares(_ x: Span<Float>) -> Float {
    var sum: Float = 0
    for i in 0..<x.count { sum += x[i] * x[i] }
    return sum
  }
}
