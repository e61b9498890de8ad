/// The search for one scale of numbers that are not negative: ggml's `make_qp_quants`, which quantizes the scales and the
/// minimums of sub-blocks if importance is given.
///
/// `count` numbers have codes from 0 to a highest one, and a code stands for `scale * code`. Every sum runs from the
/// first number to the last in binary32; another order gives other bytes.
enum PositiveSearch<let count: Int> {
  struct Fit {
    /// NaN where sums overflow.
    var scale: Float
    /// A negative number, which a search can give for a scale, has a code above the highest: it wraps, as in ggml.
    var codes = InlineArray<count, UInt8>(repeating: 0)
  }

  private static var rounds: Int { 5 }

  /// - Parameters:
  ///   - x: `count` numbers.
  ///   - importance: For each of them, what its squared error counts for; not negative.
  static func fit(_ x: Span<Float>, importance: Span<Float>, highestCode: Int32) -> Fit {
    var largest: Float = 0
    // In this order NaN is passed on as ggml's macro does it.
    for i in 0..<count { largest = largest > x[i] ? largest : x[i] }
    if largest < BlockArithmetic.smallestOfGroup { return Fit(scale: 0) }

    let inverse = bestInverse(x, importance, highestCode, largest)
    var fit = Fit(scale: 0)
    var numbersByCodes: Float = 0
    var codesSquared: Float = 0
    for i in 0..<count {
      let code = code(inverse * x[i], highestCode)
      fit.codes[i] = UInt8(truncatingIfNeeded: code)
      numbersByCodes += importance[i] * x[i] * Float(code)
      codesSquared += importance[i] * Float(code) * Float(code)
    }

    // Each code in turn is made the nearest under the least-squares scale of all others, if that betters the whole.
    for _ in 0..<rounds {
      var changes = false
      for i in 0..<count {
        let old = fit.codes[i]
        var otherNumbersByCodes = numbersByCodes - importance[i] * x[i] * Float(old)
        var otherCodesSquared = codesSquared - importance[i] * Float(old) * Float(old)
        guard otherNumbersByCodes > 0, otherCodesSquared > 0 else { continue }
        let code = code(x[i] * otherCodesSquared / otherNumbersByCodes, highestCode)
        guard code != Int32(old) else { continue }
        otherNumbersByCodes += importance[i] * x[i] * Float(code)
        otherCodesSquared += importance[i] * Float(code) * Float(code)
        if otherNumbersByCodes * otherNumbersByCodes * codesSquared
          > numbersByCodes * numbersByCodes * otherCodesSquared
        {
          fit.codes[i] = UInt8(truncatingIfNeeded: code)
          (numbersByCodes, codesSquared) = (otherNumbersByCodes, otherCodesSquared)
          changes = true
        }
      }
      if !changes { break }
    }
    // ggml gives 0 where the sum is NaN, and so makes zeros of all weights; NaN makes the block one that is refused.
    fit.scale = codesSquared > 0 || codesSquared.isNaN ? numbersByCodes / codesSquared : 0
    return fit
  }

  /// One over the scale that fits best, of nine around that which gives the largest number the highest code.
  private static func bestInverse(
    _ x: Span<Float>, _ importance: Span<Float>, _ highestCode: Int32, _ largest: Float
  ) -> Float {
    var best = Float(highestCode) / largest
    var bestError: Float = 0
    for i in 0..<count {
      // Not cut to the highest code, unlike all others.
      let code = UInt8(truncatingIfNeeded: BlockArithmetic.nearestInteger(best * x[i]))
      let difference = x[i] - 1 / best * Float(code)
      bestError += importance[i] * difference * difference
    }
    for step in -4...4 where step != 0 {
      let inverse = (0.1 * Float(step) + Float(highestCode)) / largest
      let scale = 1 / inverse
      var error: Float = 0
      for i in 0..<count {
        let difference = x[i] - scale * Float(code(inverse * x[i], highestCode))
        error += importance[i] * difference * difference
      }
      if error < bestError {
        bestError = error
        best = inverse
      }
    }
    return best
  }

  @inline(__always)
  private static func code(_ value: Float, _ highest: Int32) -> Int32 {
    min(highest, BlockArithmetic.nearestInteger(value))
  }
}
