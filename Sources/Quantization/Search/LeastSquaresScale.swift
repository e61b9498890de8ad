internal import TensorCore

/// The method `search` for one scale: for several scales around the largest weight the nearest codes, and for these the
/// scale of least squares. formats/search.md.
///
/// Every sum runs from the first weight to the last in binary32; another order gives other bytes.
enum LeastSquaresScale {
  /// The scales that are tried: the weight of the largest magnitude divided by `first` + `step` * n, n below `count`.
  struct Trials {
    let first: Float
    let step: Float
    let count: Int
    /// Each divisor is tried with both signs.
    var bothSigns = false
    /// The magnitude of that weight is divided, so that the scale is positive.
    var ofMagnitude = false
  }

  /// The scale: 0 where no trial fits, and of any value where sums overflow.
  ///
  /// - Parameters:
  ///   - x: The weights.
  ///   - importance: For each weight, what its squared error counts for; not negative.
  static func fit(_ x: Span<Float>, importance: Span<Float>, _ values: CodeValues, _ trials: Trials) -> Float {
    var extreme = BlockArithmetic.extreme(x)
    if trials.ofMagnitude { extreme = abs(extreme) }
    if abs(extreme) < BlockArithmetic.smallestOfGroup { return 0 }
    var best: Float = 0
    var scale: Float = 0
    for n in 0..<trials.count {
      let divisor = trials.first + trials.step * Float(n)
      for signed in [divisor, -divisor].prefix(trials.bothSigns ? 2 : 1) {
        let inverse = signed / extreme
        var weightsByValues: Float = 0
        var valuesSquared: Float = 0
        for i in 0..<x.count {
          let value = values.nearest(inverse * x[i])
          let weighted = importance[i] * value
          weightsByValues += weighted * x[i]
          valuesSquared += weighted * value
        }
        // What least squares leave is the sum of the squared weights less the gain.
        let fit = weightsByValues / valuesSquared
        let gain = fit * weightsByValues
        if gain > best {
          best = gain
          scale = fit
        }
      }
    }
    return scale
  }
}
