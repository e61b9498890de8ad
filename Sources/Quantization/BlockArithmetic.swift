internal import TensorCore

/// What several block formats have in common.
enum BlockArithmetic {
  /// The largest magnitude of a block.
  @inline(__always)
  static func absoluteMaximum(_ weights: Span<Float>) -> Float {
    var maximum: Float = 0
    for i in 0..<weights.count { maximum = max(maximum, abs(weights[i])) }
    return maximum
  }

  /// The weight of the largest magnitude, with its sign: the first of several, and 0 where no weight has a magnitude.
  @inline(__always)
  static func extreme(_ weights: Span<Float>) -> Float {
    var magnitude: Float = 0
    var extreme: Float = 0
    for i in 0..<weights.count where abs(weights[i]) > magnitude {
      magnitude = abs(weights[i])
      extreme = weights[i]
    }
    return extreme
  }

  /// The sum of the squares of weights, from the first to the last in binary32.
  @inline(__always)
  static func sumOfSquares(_ weights: Span<Float>) -> Float {
    var sum: Float = 0
    for i in 0..<weights.count { sum += weights[i] * weights[i] }
    return sum
  }

  /// 1 / d, or 0 where d is zero of either sign.
  @inline(__always)
  static func reciprocal(_ d: Float) -> Float { d == 0 ? 0 : 1 / d }

  /// The integer part; 0 for what no `Int32` holds, which finite weights never give.
  @inline(__always)
  static func integer(_ value: Float) -> Int32 {
    // Both bounds are exact; NaN fails the comparison too.
    abs(value) < 0x1p31 ? Int32(value) : 0
  }

  /// The nearest integer, ties to even, by adding 1.5 x 2^23 and reading the low bits of the sum.
  ///
  /// For magnitudes up to 2^22 that is rounding; beyond, and for infinity and NaN, it is what the bits give, as in
  /// ggml's `nearest_int`, and the caller clamps.
  @inline(__always)
  static func nearestInteger(_ value: Float) -> Int32 {
    let sum = value + 12_582_912
    return Int32(bitPattern: sum.bitPattern & 0x007F_FFFF) - 0x0040_0000
  }

  /// ``nearestInteger(_:)``, cut to a range.
  @inline(__always)
  static func nearestInteger(_ value: Float, from lowest: Int32, to highest: Int32) -> Int32 {
    max(lowest, min(highest, nearestInteger(value)))
  }

  /// ggml's `GROUP_MAX_EPS`: several searches take a group of smaller magnitudes for zeros.
  static let smallestOfGroup: Float = 1e-15
}
