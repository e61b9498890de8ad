/// What the scales of the sub-blocks of a superblock say beside what they stand for. formats/bounds.md.
struct ScaleLevels {
  /// The largest number that a scale can have been that became zero: half of the unit where that is not zero, and else as
  /// many units as the largest scale has, all of which became zero.
  private let largestZero: Float

  /// - Parameters:
  ///   - unit: The half that the scales are multiples of.
  ///   - largest: How many of them the largest is.
  init(unit: Float, largest: Float) {
    let rounding = HalfRounding.largest(unit)
    largestZero = unit == 0 ? largest * rounding : (abs(unit) + rounding) * 0.5
  }

  /// What a scale that is stored as `step` was at most, and somewhat more: a unit is moved by at most half of itself.
  @inline(__always)
  func largestScale(_ step: Float) -> Float { abs(step) * 1.5 + largestZero }

  /// Whether the scales can be an encoder's: where they are multiples of a unit that is not zero, one of them is the
  /// multiple that the largest becomes.
  @inline(__always)
  static func areWritten(unit: Float, hasLargest: Bool) -> Bool { unit == 0 || hasLargest }
}
