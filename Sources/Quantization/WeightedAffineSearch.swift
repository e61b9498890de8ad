/// The search for the scale and the minimum of a group of weights, each of which has an importance: ggml's
/// `make_qkx3_quants` with the parameters that all its callers give it (steps from -0.9 in 0.05, thirty-six of them,
/// squared error). formats/q4_1.md.
///
/// Every sum runs from the first weight to the last in binary32; another order gives other bytes.
enum WeightedAffineSearch {
  struct Fit {
    var scale: Float
    /// What is subtracted: at least 0.
    var minimum: Float
    /// As many as there are weights.
    var codes = InlineArray<32, UInt8>(repeating: 0)
  }

  private static let firstStep: Float = -0.9
  private static let stepWidth: Float = 0.05
  private static let steps = 36

  /// - Parameters:
  ///   - x: The weights, 1 to 32.
  ///   - importance: What the squared error of each weight counts for.
  static func fit(_ x: Span<Float>, highestCode: Int32, importance: InlineArray<32, Float>) -> Fit {
    var lowest = x[0]
    var highest = x[0]
    var sumW = importance[0]
    var sumX = sumW * x[0]
    for i in 1..<x.count {
      if x[i] < lowest { lowest = x[i] }
      if x[i] > highest { highest = x[i] }
      sumW += importance[i]
      sumX += importance[i] * x[i]
    }
    if lowest > 0 { lowest = 0 }
    if highest <= lowest { return Fit(scale: 0, minimum: -lowest) }

    // The plain fit: the range divided evenly.
    var inverse = Float(highestCode) / (highest - lowest)
    var best = Fit(scale: 1 / inverse, minimum: 0, codes: codes(x, inverse, lowest, highestCode))
    var bestError = error(x, best.codes, scale: best.scale, lowest: lowest, importance)

    // Other step widths: take the codes that each gives, then the least-squares scale and minimum for them. A better
    // fit moves the minimum that the next step starts from.
    for step in 0...steps {
      inverse = (firstStep + stepWidth * Float(step) + Float(highestCode)) / (highest - lowest)
      let codes = codes(x, inverse, lowest, highestCode)
      var sumL: Float = 0
      var sumLL: Float = 0
      var sumXL: Float = 0
      for i in 0..<x.count {
        let weighted = importance[i] * Float(codes[i])
        sumL += weighted
        sumLL += weighted * Float(codes[i])
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
      let error = error(x, codes, scale: scale, lowest: minimum, importance)
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
  private static func codes(
    _ x: Span<Float>, _ inverse: Float, _ lowest: Float, _ highestCode: Int32
  ) -> InlineArray<32, UInt8> {
    var codes = InlineArray<32, UInt8>(repeating: 0)
    for i in 0..<x.count {
      let nearest = BlockArithmetic.nearestInteger(inverse * (x[i] - lowest))
      codes[i] = UInt8(truncatingIfNeeded: max(0, min(highestCode, nearest)))
    }
    return codes
  }

  /// The sum of the squared differences, each times its importance.
  @inline(__always)
  private static func error(
    _ x: Span<Float>, _ codes: InlineArray<32, UInt8>, scale: Float, lowest: Float,
    _ importance: InlineArray<32, Float>
  ) -> Float {
    var sum: Float = 0
    for i in 0..<x.count {
      let difference = scale * Float(codes[i]) + lowest - x[i]
      sum += importance[i] * (difference * difference)
    }
    return sum
  }
}
