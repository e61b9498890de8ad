internal import TensorCore

/// The half-precision scales that make a level a weight.
///
/// level * scale, rounded once or twice, never falls where the scale's magnitude grows: the scales that give one weight
/// stand in a row, and the exact quotient is between the first and the last. Of F32 there is one at most, of F16 a few (13 of
/// a subnormal weight and the smallest level of NF4), of BF16, which has three bits less than a half, 17.
struct GridScales: Sequence, IteratorProtocol {
  private let weight: Float
  private let level: Float
  private let precision: WeightPrecision
  private let sign: UInt16
  private let nearest: UInt16
  private var step = Step.nearest

  private enum Step {
    case nearest
    case above(UInt16)
    case below(UInt16)
    case none
  }

  private static let greatestFinite: UInt16 = 0x7BFF

  /// - Parameters:
  ///   - weight: Finite, not zero, as a checkpoint stores it.
  ///   - level: Not zero.
  init(_ weight: Float, level: Float, storedAs precision: WeightPrecision) {
    (self.weight, self.level, self.precision) = (weight, level, precision)
    sign = weight.sign == level.sign ? 0 : 0x8000
    nearest = Swift.min(Binary16.bits(abs(weight / level)), Self.greatestFinite)
  }

  /// The nearest to the quotient first, then those above it, then those below it. The nearest may be none, with one beside
  /// it that is.
  mutating func next() -> UInt16? {
    while true {
      switch step {
      case .nearest:
        step = .above(nearest)
        if gives(nearest) { return sign | nearest }
      case .above(let last):
        if last < Self.greatestFinite, gives(last + 1) {
          step = .above(last + 1)
          return sign | last + 1
        }
        step = .below(nearest)
      case .below(let last):
        if last > 0, gives(last - 1) {
          step = .below(last - 1)
          return sign | last - 1
        }
        step = .none
      case .none: return nil
      }
    }
  }

  private func gives(_ magnitude: UInt16) -> Bool {
    precision.stored(level * Binary16.value(sign | magnitude)) == weight
  }
}
