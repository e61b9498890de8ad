/// What the squared error of a weight counts for where its column has an importance: the importance, times a magnitude
/// that grows from the mean of the others to the weight's own. formats/q4_0.md.
enum ErrorWeights {
  /// The sum of squares, from the first weight to the last in binary32.
  @inline(__always)
  static func sumOfSquares(_ weights: Span<Float>) -> Float {
    var sum: Float = 0
    for i in 0..<weights.count { sum += weights[i] * weights[i] }
    return sum
  }

  /// The mean square of a row.
  static func meanSquare(_ row: Span<Float>) -> Float { sumOfSquares(row) / Float(row.count) }

  /// For the 32 weights from `start` on: importance * sqrt(meanSquare + weight^2).
  @inline(__always)
  static func values(
    _ weights: Span<Float>, _ importance: Span<Float>, meanSquare: Float, from start: Int
  ) -> InlineArray<32, Float> {
    var values = InlineArray<32, Float>(repeating: 0)
    for i in 0..<32 {
      let weight = weights[start + i]
      values[i] = importance[start + i] * (meanSquare + weight * weight).squareRoot()
    }
    return values
  }
}
