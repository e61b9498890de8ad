/// What IQ4_NL and IQ4_XS have in common: sixteen values that lie denser around zero, and the search for the scale of
/// 32 weights. formats/iq4.md.
///
/// Every sum runs from the first weight to the last in binary32; another order gives other bytes.
enum NonLinearSearch {
  /// The value of each code.
  @inline(__always)
  static var values: InlineArray<16, Float> {
    [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113]
  }

  /// On how many further scales the extreme weight is tried on either side.
  private static let tries = 7

  /// The code of the value nearest to `x`; of two that are as near, the larger. 15 for NaN.
  @inline(__always)
  static func code(_ x: Float, _ values: InlineArray<16, Float>) -> UInt8 {
    if x <= values[0] { return 0 }
    if x >= values[15] { return 15 }
    var low = 0
    var high = 15
    while high - low > 1 {
      let middle = (low + high) / 2
      if x < values[middle] { high = middle } else { low = middle }
    }
    return UInt8(truncatingIfNeeded: x - values[high - 1] < values[high] - x ? high - 1 : high)
  }

  /// The scale of 32 weights.
  ///
  /// - Parameters:
  ///   - x: The weights.
  ///   - importance: For each weight, what its squared error counts for; not negative.
  /// - Returns: NaN or infinity where sums overflow.
  static func scale(_ x: Span<Float>, importance: Span<Float>) -> Float {
    let extreme = BlockArithmetic.extreme(x)
    if abs(extreme) < BlockArithmetic.smallestOfGroup { return 0 }
    let values = values

    // The least-squares scale for the codes that a first scale gives, in which the extreme weight has the lowest
    // value's magnitude, and how well it fits.
    var (product, square) = sums(x, importance, inverse: 1 / (-extreme / values[0]), values)
    var scale = square > 0 ? product / square : 0
    var best = scale * product
    // The extreme weight at -134 to -120: each time the codes, and the scale that fits them best.
    for step in -tries...tries {
      (product, square) = sums(x, importance, inverse: (Float(step) + values[0]) / extreme, values)
      if square > 0 && product * product > best * square {
        scale = product / square
        best = scale * product
      }
    }
    return scale
  }

  /// The sums of importance * value * weight and of importance * value^2 for the codes of weights times `inverse`.
  @inline(__always)
  private static func sums(
    _ x: Span<Float>, _ importance: Span<Float>, inverse: Float, _ values: InlineArray<16, Float>
  ) -> (product: Float, square: Float) {
    var product: Float = 0
    var square: Float = 0
    for i in 0..<32 {
      let value = values[Int(code(inverse * x[i], values))]
      product += importance[i] * value * x[i]
      square += importance[i] * value * value
    }
    return (product, square)
  }
}
