/// The search of the K-quants for a sub-block's scale and minimum: ggml's `make_qkx2_quants` with the parameters of
/// Q4_K (weights sqrt(mean x^2) + |x|, steps from -1 in 0.1, twenty of them, squared error).
///
/// Every sum runs from the first weight to the last in binary32; another order gives other bytes.
enum AffineSearch {
  struct Fit {
    var scale: Float
    /// What is subtracted: at least 0.
    var minimum: Float
    var codes = InlineArray<32, UInt8>(repeating: 0)
  }

  private static let firstStep: Float = -1
  private static let stepWidth: Float = 0.1
  private static let steps = 20

  static func fit(_ x: Span<Float>, highestCode: Int32) -> Fit {
    // Large weights count for more.
    var squares: Float = 0
    for i in 0..<32 { squares += x[i] * x[i] }
    let level = (squares / 32).squareRoot()
    var importance = InlineArray<32, Float>(repeating: 0)
    for i in 0..<32 { importance[i] = level + abs(x[i]) }

    var lowest = x[0]
    var highest = x[0]
    var sumW = importance[0]
    var sumX = sumW * x[0]
    for i in 1..<32 {
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
    for i in 0..<32 {
      let code = code(inverse * (x[i] - lowest), highestCode)
      best.codes[i] = code
      let difference = best.scale * Float(code) + lowest - x[i]
      bestError += importance[i] * (difference * difference)
    }

    // Twenty-one other step widths: take the codes that each gives, then the least-squares scale and minimum for them.
    // A better fit moves the minimum that the next step starts from.
    for step in 0...steps {
      inverse = (firstStep + stepWidth * Float(step) + Float(highestCode)) / (highest - lowest)
      var codes = InlineArray<32, UInt8>(repeating: 0)
      var sumL: Float = 0
      var sumLL: Float = 0
      var sumXL: Float = 0
      for i in 0..<32 {
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
      for i in 0..<32 {
        let difference = scale * Float(codes[i]) + minimum - x[i]
        error += importance[i] * (difference * difference)
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
    UInt8(truncatingIfNeeded: max(0, min(highest, BlockArithmetic.nearestInteger(value))))
  }
}
