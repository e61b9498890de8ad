/// The bound of Q4_0 and Q5_0, whose scale lets the weight of the largest magnitude have the lowest code: a weight that is
/// as large on the other side has no code of its own. formats/bounds.md.
struct ExtremeWeightBound {
  /// The weight of the largest magnitude on the side of the lowest code, and its bound.
  private let extreme: Float
  private var ofExtreme: Float = 0
  private var half: Float = 0
  /// What the highest code stands for, and how far beyond it weights can be.
  private var end: Float = 0
  private var overhang: Float = 0
  private let isNegative: Bool

  /// - Parameters:
  ///   - weights: Those of the block.
  ///   - d: The scale as it is stored.
  ///   - levels: Half of the number of codes.
  init(_ weights: Span<Float>, d: Float, levels: Float) {
    isNegative = d.sign == .minus
    let largest = BlockArithmetic.absoluteMaximum(weights)
    extreme = isNegative ? largest : -largest
    let size = abs(d)
    guard size < .infinity else { return }
    let rounding = HalfRounding.largest(d)
    let step = (size + rounding) * (0.5 + 0x1p-14)
    half = step + rounding * levels
    overhang = half + step
    end = d * (levels - 1)
    ofExtreme = levels * (rounding * (1 + 0x1p-20) + size * 0x1p-23)
  }

  @inline(__always)
  func bound(_ weight: Float) -> Float {
    if weight == extreme { return ofExtreme }
    let beyond = isNegative ? end - weight : weight - end
    return max(half, min(overhang, beyond))
  }
}
