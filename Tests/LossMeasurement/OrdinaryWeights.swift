import TestSupport

/// Three shapes that the weights of trained models have, on which ``measureLosses(of:on:rows:seed:kernels:)`` measures what
/// types lose. formats/expected-losses.md has the reasons.
///
/// The same seed gives the same weights on every machine: nothing is computed but sums, products, quotients and square
/// roots of binary64 numbers, which IEEE 754 rounds correctly, and one rounding to binary32.
public enum OrdinaryWeights: String, CaseIterable, Sendable {
  case gaussian = "Gaussian"
  case laplace = "Laplace"
  /// With 4 degrees of freedom.
  case studentT = "Student-t"

  /// Of the weights that the table is made of.
  public static let standardDeviation = 0.02

  /// Fills a row.
  ///
  /// - Parameter deviation: The standard deviation of the distribution.
  public func fill(
    _ row: inout [Float], using generator: inout SeededGenerator, deviation: Double = Self.standardDeviation
  ) {
    let scale =
      switch self {
      case .gaussian: deviation
      case .laplace, .studentT: deviation / 2.0.squareRoot()
      }
    for index in row.indices { row[index] = Float(scale * number(&generator)) }
  }

  /// A number of the distribution in its usual form: of variance 1 (Gaussian), or of scale 1 and so of variance 2.
  private func number(_ generator: inout SeededGenerator) -> Double {
    switch self {
    case .gaussian:
      // G. Marsaglia, T. A. Bray, "A convenient method for generating normal variables", SIAM Review 6 (1964). The second
      // number that the method gives is not used.
      let (u, square) = Self.pointInDisk(&generator)
      return u * (-2 * Self.logarithm(square) / square).squareRoot()
    case .laplace:
      let bits = generator.next()
      // Above 0, at most 1.
      let uniform = Double((bits >> 11) + 1) * 0x1p-53
      let magnitude = -Self.logarithm(uniform)
      return bits & 1 == 0 ? magnitude : -magnitude
    case .studentT:
      // R. W. Bailey, "Polar generation of random variates with the t-distribution", Mathematics of Computation 62 (1994):
      // u sqrt(n (w^(-2/n) - 1) / w), whose power is a square root where n is 4.
      let (u, square) = Self.pointInDisk(&generator)
      return u * (4 * (1 / square.squareRoot() - 1) / square).squareRoot()
    }
  }

  /// A point of the unit disk but its middle: a coordinate, and the square of the distance from the middle.
  private static func pointInDisk(_ generator: inout SeededGenerator) -> (Double, Double) {
    while true {
      let u = Double(generator.next() >> 11) * 0x1p-52 - 1
      let v = Double(generator.next() >> 11) * 0x1p-52 - 1
      let square = u * u + v * v
      if square > 0 && square < 1 { return (u, square) }
    }
  }

  /// The natural logarithm of a positive normal number: that of its exponent, and for the fraction f between the roots of
  /// 1/2 and 2 the series 2 (s + s^3 / 3 + ...) with s = (f - 1) / (f + 1), whose terms from the 23rd power on are below
  /// 2^-60 of the first.
  static func logarithm(_ number: Double) -> Double {
    var (exponent, fraction) = (Double(number.exponent), number.significand)
    if fraction > 1.4142135623730951 {
      fraction /= 2
      exponent += 1
    }
    let s = (fraction - 1) / (fraction + 1)
    var sum = 0.0
    for power in stride(from: 21.0, through: 1, by: -2) { sum = sum * (s * s) + 1 / power }
    return exponent * 0.6931471805599453 + 2 * s * sum
  }
}
