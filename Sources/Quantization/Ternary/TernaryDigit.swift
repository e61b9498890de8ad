internal import TensorCore

/// What TQ1_0 and TQ2_0 have in common: weights as -1, 0 or 1 times the block's largest magnitude, stored as the digits
/// 0, 1, 2. formats/ternary.md.
enum TernaryDigit {
  /// The digits of a block are weights rounded, in units of its largest magnitude.
  struct Quantizer {
    let scale: Float
    private let inverse: Float

    init(_ weights: Span<Float>) {
      scale = BlockArithmetic.absoluteMaximum(weights)
      inverse = BlockArithmetic.reciprocal(scale)
    }

    /// Halves are rounded away from zero. A scale so small that its reciprocal overflows is zero in half precision;
    /// every digit is then 1.
    @inline(__always)
    func digit(_ weight: Float) -> UInt8 {
      guard inverse.isFinite else { return 1 }
      let nearest = BlockArithmetic.integer((weight * inverse).rounded(.toNearestOrAwayFromZero))
      return UInt8(truncatingIfNeeded: min(1, max(-1, nearest)) + 1)
    }
  }

  /// The weight that a digit stands for.
  @inline(__always)
  static func weight(_ digit: Int32, _ scale: Float) -> Float { Float(digit - 1) * scale }
}
