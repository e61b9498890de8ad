/// The search of Q3_K for a sub-block's scale: ggml's `make_q3_quants`.
///
/// Sixteen weights have codes from 0 to 7, and a code stands for `scale * (code - 4)`. The error of a weight counts for
/// its square. Every sum runs from the first weight to the last in binary32; another order gives other bytes.
enum RefinedSearch {
  struct Fit {
    /// Of either sign. NaN where sums overflow, which ggml does not notice; formats/errata.md says when.
    var scale: Float
    var codes = InlineArray<16, UInt8>(repeating: 0)
  }

  private static let rounds = 5

  static func fit(_ x: Span<Float>) -> Fit {
    let extreme = BlockArithmetic.extreme(x)
    // What ggml counts as zero. The codes are then 0, which is not the code of the value 0.
    if abs(extreme) < BlockArithmetic.smallestOfGroup { return Fit(scale: 0) }

    // The codes of the scale with which the largest weight has the lowest.
    let inverse = -4 / extreme
    var codes = InlineArray<16, Float>(repeating: 0)
    var weightsByCodes: Float = 0
    var codesSquared: Float = 0
    for i in 0..<16 {
      let code = code(inverse * x[i])
      codes[i] = code
      let importance = x[i] * x[i]
      weightsByCodes += importance * x[i] * code
      codesSquared += importance * code * code
    }

    // Each code in turn is made the nearest under the least-squares scale of all others, if that betters the whole.
    for _ in 0..<rounds {
      var changes = false
      for i in 0..<16 {
        let importance = x[i] * x[i]
        var otherWeightsByCodes = weightsByCodes - importance * x[i] * codes[i]
        guard otherWeightsByCodes > 0 else { continue }
        var otherCodesSquared = codesSquared - importance * codes[i] * codes[i]
        let code = code(x[i] * otherCodesSquared / otherWeightsByCodes)
        guard code != codes[i] else { continue }
        otherWeightsByCodes += importance * x[i] * code
        otherCodesSquared += importance * code * code
        if otherCodesSquared > 0,
          otherWeightsByCodes * otherWeightsByCodes * codesSquared
            > weightsByCodes * weightsByCodes * otherCodesSquared
        {
          codes[i] = code
          (weightsByCodes, codesSquared) = (otherWeightsByCodes, otherCodesSquared)
          changes = true
        }
      }
      if !changes { break }
    }

    var fit = Fit(scale: codesSquared > 0 ? weightsByCodes / codesSquared : 0)
    for i in 0..<16 { fit.codes[i] = UInt8(truncatingIfNeeded: Int32(codes[i]) + 4) }
    return fit
  }

  /// A code from -4 to 3, as a float, which is what it is computed with.
  @inline(__always)
  private static func code(_ value: Float) -> Float {
    Float(BlockArithmetic.nearestInteger(value, from: -4, to: 3))
  }
}
