/// The search for the scale of a group of weights without an offset: ggml's `make_qx_quants` with its error type 1, or
/// with importance weights. formats/q4_0.md.
///
/// Every sum runs from the first weight to the last in binary32; another order gives other bytes.
enum SymmetricSearch {
  struct Fit {
    var scale: Float
    /// The integers -level to level - 1, plus `level`; as many as there are weights.
    var codes = InlineArray<32, UInt8>(repeating: 0)
  }

  /// Groups with a smaller largest magnitude have the scale 0 and the codes 0.
  private static let smallestMagnitude: Float = 1e-15
  private static let stepWidth: Float = 0.1
  private static let steps: Int32 = 9

  /// - Parameters:
  ///   - x: The weights, at most 32.
  ///   - level: The integers reach from -level to level - 1; at most 32.
  ///   - importance: What the squared error of each weight counts for. Where ggml has none, it takes the weight's square.
  static func fit(_ x: Span<Float>, level: Int32, importance: InlineArray<32, Float>) -> Fit {
    let extreme = BlockArithmetic.extreme(x)
    if abs(extreme) < smallestMagnitude { return Fit(scale: 0) }

    // The extreme weight at -level: the least-squares scale for the codes that this gives, and how well it fits.
    var sums = sums(x, level, importance, inverse: Float(-level) / extreme)
    var scale = sums.square != 0 ? sums.product / sums.square : 0
    var best = Fit(scale: scale, codes: sums.codes)
    var bestFit = scale * sums.product
    // The extreme weight in tenths around -level.
    for step in -steps...steps where step != 0 {
      sums = Self.sums(x, level, importance, inverse: -(Float(level) + stepWidth * Float(step)) / extreme)
      if sums.square > 0 && sums.product * sums.product > bestFit * sums.square {
        scale = sums.product / sums.square
        bestFit = scale * sums.product
        best = Fit(scale: scale, codes: sums.codes)
      }
    }
    return best
  }

  private struct Sums {
    var product: Float = 0
    var square: Float = 0
    var codes = InlineArray<32, UInt8>(repeating: 0)
  }

  /// The sums of importance * weight * integer and of importance * integer^2 for the integers nearest to weights times
  /// `inverse`.
  private static func sums(
    _ x: Span<Float>, _ level: Int32, _ importance: InlineArray<32, Float>, inverse: Float
  ) -> Sums {
    var sums = Sums()
    for i in 0..<x.count {
      let integer = max(-level, min(level - 1, BlockArithmetic.nearestInteger(inverse * x[i])))
      sums.codes[i] = UInt8(truncatingIfNeeded: integer + level)
      sums.product += importance[i] * x[i] * Float(integer)
      sums.square += importance[i] * Float(integer) * Float(integer)
    }
    return sums
  }
}
