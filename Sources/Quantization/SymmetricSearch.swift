/// The search for one scale of weights of both signs: ggml's `make_qx_quants`, with the error of each weight weighed.
/// formats/q4_0.md.
///
/// `count` weights have codes from 0 to 2 `half` - 1, and a code stands for `scale * (code - half)`. Every sum runs from
/// the first weight to the last in binary32; another order gives other bytes.
enum SymmetricSearch<let count: Int> {
  struct Fit {
    /// Of either sign. NaN where sums overflow, which ggml does not notice; formats/errata.md says when.
    var scale: Float
    var codes = InlineArray<count, UInt8>(repeating: 0)
  }

  /// - Parameters:
  ///   - x: `count` weights.
  ///   - importance: For each weight, what its squared error counts for; not negative.
  ///   - half: Half of the number of codes, at most 128.
  static func fit(_ x: Span<Float>, importance: Span<Float>, half: Int32) -> Fit {
    let extreme = BlockArithmetic.extreme(x)
    // What ggml counts as zero. The codes are then 0, which is not the code of the value 0.
    if abs(extreme) < BlockArithmetic.smallestOfGroup { return Fit(scale: 0) }

    // The plain scale lets the largest weight have the code 0. Eighteen others are tried; each gives codes, and these
    // the least-squares scale.
    var inverse = -Float(half) / extreme
    let plain = sums(x, importance, half, inverse)
    var scale = plain.codesSquared != 0 ? plain.weightsByCodes / plain.codesSquared : 0
    var best = scale * plain.weightsByCodes
    for step in -9...9 where step != 0 {
      let other = -(Float(half) + 0.1 * Float(step)) / extreme
      let sums = sums(x, importance, half, other)
      if sums.codesSquared > 0, sums.weightsByCodes * sums.weightsByCodes > best * sums.codesSquared {
        inverse = other
        scale = sums.weightsByCodes / sums.codesSquared
        best = scale * sums.weightsByCodes
      }
    }
    var fit = Fit(scale: scale)
    for i in 0..<count { fit.codes[i] = UInt8(truncatingIfNeeded: signedCode(inverse * x[i], half) + half) }
    return fit
  }

  @inline(__always)
  private static func sums(
    _ x: Span<Float>, _ importance: Span<Float>, _ half: Int32, _ inverse: Float
  ) -> (weightsByCodes: Float, codesSquared: Float) {
    var sums = (weightsByCodes: Float(0), codesSquared: Float(0))
    for i in 0..<count {
      let code = Float(signedCode(inverse * x[i], half))
      sums.weightsByCodes += importance[i] * x[i] * code
      sums.codesSquared += importance[i] * code * code
    }
    return sums
  }

  @inline(__always)
  private static func signedCode(_ value: Float, _ half: Int32) -> Int32 {
    BlockArithmetic.nearestInteger(value, from: -half, to: half - 1)
  }
}
