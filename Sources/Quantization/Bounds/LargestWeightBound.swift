/// The bound of weights whose scale is a part of the block's largest magnitude, and whose codes are the nearest under that
/// scale before it is rounded to half precision: Q8_0, TQ1_0, TQ2_0, Q2_0. formats/bounds.md.
struct LargestWeightBound {
  private let largest: Float
  /// Half a step.
  private var half: Float = 0
  /// What the rounding of the scale adds, for each unit of the weight.
  private var slope: Float = 0
  /// The bound of the weights of the largest magnitude, which only the rounding of the scale moves.
  private var ofLargest: Float = 0

  /// - Parameters:
  ///   - weights: Those of the block.
  ///   - d: The scale as it is stored.
  ///   - highestCode: The code of the largest magnitude, in steps.
  ///   - byWeight: Whether the rounding of the scale counts for each weight by its size, or as for the largest.
  init(_ weights: Span<Float>, d: Float, highestCode: Float, byWeight: Bool) {
    largest = BlockArithmetic.absoluteMaximum(weights)
    let size = abs(d)
    guard size < .infinity else { return }
    let rounding = HalfRounding.largest(d)
    let step = (size + rounding) * (0.5 + 0x1p-14)
    // A scale of zero has lost the codes.
    let slopes = byWeight && size > 0
    half = step + rounding * (slopes ? 0.5 : highestCode)
    slope = slopes ? rounding / (size - rounding) : 0
    ofLargest = highestCode * (rounding * (1 + 0x1p-20) + size * 0x1p-23)
  }

  @inline(__always)
  func bound(_ weight: Float) -> Float {
    abs(weight) == largest ? ofLargest : half + abs(weight) * slope
  }
}
