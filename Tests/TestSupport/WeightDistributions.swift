/// Kinds of weights that tests are run on: what is usual, and what is at the edge.
public enum WeightDistribution: String, CaseIterable, Sendable {
  case gaussian
  case uniform
  /// A Gaussian number over another: most are small, a few are very large.
  case heavyTails
  /// One weight in 64 is 1,000 times the size of the others.
  case outliers
  /// -0.75, 0 or 0.75.
  case ternary
  case positive
  case negative
  /// One value in every 256 weights.
  case constant
  case zeros
  case negativeZeros
  /// Multiples of 2^-24 below 2^-14.
  case halfSubnormal
  /// Below 2^-126.
  case subnormal

  /// The same weights for the same seed; finite, and at most 60,000 in magnitude.
  public func weights(_ count: Int, seed: UInt64) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    var constant: Float = 0
    return (0..<count).map { index in
      switch self {
      case .gaussian: generator.gaussian()
      case .uniform: Float.random(in: -1...1, using: &generator)
      case .heavyTails:
        min(60_000, max(-60_000, generator.gaussian() / max(abs(generator.gaussian()), 1e-3)))
      case .outliers: generator.gaussian() * (index % 64 == 17 ? 20 : 0.02)
      case .ternary: Float(Int.random(in: -1...1, using: &generator)) * 0.75
      case .positive: Float.random(in: 0.5...1.5, using: &generator)
      case .negative: -Float.random(in: 0.5...1.5, using: &generator)
      case .constant:
        {
          if index % 256 == 0 { constant = generator.gaussian() }
          return constant
        }()
      case .zeros: 0
      case .negativeZeros: -0.0
      case .halfSubnormal: Float(Int.random(in: -1023...1023, using: &generator)) * 0x1p-24
      case .subnormal:
        Float(bitPattern: UInt32.random(in: 0..<0x0080_0000, using: &generator)) * (generator.next() & 1 == 0 ? 1 : -1)
      }
    }
  }
}
