/// The search for the scale and the minimum of a group of weights: ggml's `make_qkx2_quants`, and `make_qkx3_quants` where
/// the importance is given, which differs only in its numbers. formats/q4_k.md.
///
/// Every sum runs from the first weight to the last in binary32; another order gives other bytes.
enum AffineSearch<let count: Int> {
  struct Fit {
    var scale: Float
    /// What is subtracted: at least 0.
    var minimum: Float
    var codes = InlineArray<count, UInt8>(repeating: 0)
  }

  /// - Parameters:
  ///   - x: `count` weights.
  ///   - importance: For each weight, what its error counts for; not negative.
  static func fit(_ x: Span<Float>, importance: Span<Float>, _ parameters: AffineSearchParameters) -> Fit {
    let highestCode = parameters.highestCode
    var lowest = x[0]
    var highest = x[0]
    var sumW = importance[0]
    var sumX = sumW * x[0]
    for i in 1..<count {
      if x[i] < lowest { lowest = x[i] }
      if x[i] > highest { highest = x[i] }
      sumW += importance[i]
      sumX += importance[i] * x[i]
    }
    if lowest > 0 { lowest = 0 }
    if highest == lowest { return Fit(scale: 0, minimum: -lowest) }

    // The plain fit: the range divided evenly.
    var inverse = Float(highestCode) / (highest - lowest)
    var best = Fit(scale: 1 / inverse, minimum: 0)
    var bestError: Float = 0
    for i in 0..<count {
      let code = code(inverse * (x[i] - lowest), highestCode)
      best.codes[i] = code
      bestError += importance[i] * parameters.error(best.scale * Float(code) + lowest - x[i])
    }

    // Other step widths: take the codes that each gives, then the least-squares scale and minimum for them. A better
    // fit moves the minimum that the next step starts from.
    for step in 0...parameters.lastStep {
      inverse =
        (parameters.firstStep + parameters.stepWidth * Float(step) + Float(highestCode)) / (highest - lowest)
      var codes = InlineArray<count, UInt8>(repeating: 0)
      var sumL: Float = 0
      var sumLL: Float = 0
      var sumXL: Float = 0
      for i in 0..<count {
        let code = code(inverse * (x[i] - lowest), highestCode)
        codes[i] = code
        let weighted = importance[i] * Float(code)
        sumL += weighted
        sumLL += weighted * Float(code)
        sumXL += weighted * x[i]
      }
      let determinant = sumW * sumLL - sumL * sumL
      guard determinant > 0 else { continue }
      var scale = (sumW * sumXL - sumX * sumL) / determinant
      var minimum = (sumLL * sumX - sumL * sumXL) / determinant
      if minimum > 0 {
        minimum = 0
        scale = sumXL / sumLL
      }
      var error: Float = 0
      for i in 0..<count {
        error += importance[i] * parameters.error(scale * Float(codes[i]) + minimum - x[i])
      }
      if error < bestError {
        bestError = error
        best.scale = scale
        best.codes = codes
        lowest = minimum
      }
    }
    best.minimum = -lowest
    return best
  }

  @inline(__always)
  private static func code(_ value: Float, _ highest: Int32) -> UInt8 {
    UInt8(truncatingIfNeeded: BlockArithmetic.nearestInteger(value, from: 0, to: highest))
  }
}

/// What the search differs in between the types.
struct AffineSearchParameters {
  /// The codes are 0 to this, at most 255.
  let highestCode: Int32
  /// The steps tried are `firstStep + k * stepWidth` more than the plain one, k from 0 to `lastStep`.
  let firstStep: Float
  let stepWidth: Float
  let lastStep: Int
  /// The magnitude of a difference counts, not its square.
  var countsMagnitude = false

  /// With these Q2_K, Q4_K and Q5_K, and Q4_1 and Q5_1, search if the importance is given.
  static func weighted(highestCode: Int32) -> Self {
    AffineSearchParameters(highestCode: highestCode, firstStep: -0.9, stepWidth: 0.05, lastStep: 36)
  }

  /// What a difference counts for.
  @inline(__always)
  func error(_ difference: Float) -> Float { countsMagnitude ? abs(difference) : difference * difference }
}
