internal import TensorCore

/// The method `search` for TQ1_0 and TQ2_0: the threshold below which weights become zeros, and the scale of the others.
/// formats/search.md.
enum TernarySearch {
  private static let thresholds = 16
  private static let rounds = 2

  /// The weights of a block as they shall be: a scale that is a half, its negative, or 0.
  ///
  /// - Parameters:
  ///   - x: 256 weights.
  ///   - importance: For each, what its squared error counts for; not negative.
  static func ternary(_ x: Span<Float>, importance: Span<Float>) -> [Float] {
    let top = BlockArithmetic.absoluteMaximum(x)
    var scale: Float = 0
    var best: Float = 0
    for n in 0..<thresholds {
      let (sum, count) = sumsBeyond(top * ((Float(n) + 0.5) / Float(thresholds)), x, importance)
      let mean = sum / count
      let gain = sum * mean
      if gain > best {
        scale = mean
        best = gain
      }
    }
    // The weights that are nearer to the scale than to zero have another mean.
    for _ in 0..<rounds {
      let (sum, count) = sumsBeyond(scale / 2, x, importance)
      if count > 0 { scale = sum / count }
    }
    scale = Binary16.value(Binary16.bits(scale))
    return (0..<x.count).map { x[$0] > scale / 2 ? scale : x[$0] < -(scale / 2) ? -scale : 0 }
  }

  /// Of the weights beyond a threshold: the sum of their magnitudes, and their number, each times what it counts for.
  /// Weight i goes into sum i mod 16.
  private static func sumsBeyond(
    _ threshold: Float, _ x: Span<Float>, _ importance: Span<Float>
  ) -> (sum: Float, count: Float) {
    var sums = InlineArray<16, Float>(repeating: 0)
    var counts = InlineArray<16, Float>(repeating: 0)
    for i in 0..<x.count where abs(x[i]) > threshold {
      sums[i % 16] += importance[i] * abs(x[i])
      counts[i % 16] += importance[i]
    }
    return (BlockArithmetic.sumOfHalves(sums), BlockArithmetic.sumOfHalves(counts))
  }
}

extension BlockArithmetic {
  /// Of sixteen sums, halves are added until one is left.
  static func sumOfHalves(_ sums: InlineArray<16, Float>) -> Float {
    var sums = sums
    for half in [8, 4, 2, 1] {
      for i in 0..<half { sums[i] += sums[i + half] }
    }
    return sums[0]
  }
}
