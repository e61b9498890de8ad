/// The four-bit floats of the OCP Microscaling formats, which MXFP4 and NVFP4 have behind their scales: a sign, two
/// bits of exponent, one of fraction. formats/mxfp4.md.
///
/// As in ggml the values are doubled, so that they are integers, and the scales that they are multiplied with are
/// halved.
enum E2M1 {
  /// Twice the value of each code.
  @inline(__always)
  static var doubledValues: InlineArray<16, Float> { [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12] }

  /// What each code stands for under a scale.
  @inline(__always)
  static func weights(halfScale: Float) -> InlineArray<16, Float> {
    var weights = doubledValues
    for code in 0..<16 { weights[code] *= halfScale }
    return weights
  }

  /// The code of the weight nearest to `x`, the lowest of several: negative numbers that are nearest to zero have the
  /// code 0 and not that of -0. 0 for NaN.
  @inline(__always)
  static func code(_ x: Float, among weights: InlineArray<16, Float>) -> UInt8 {
    var best: UInt8 = 0
    var smallest = abs(weights[0] - x)
    for code in 1..<16 {
      let error = abs(weights[code] - x)
      if error < smallest {
        best = UInt8(truncatingIfNeeded: code)
        smallest = error
      }
    }
    return best
  }
}
