/// Logarithms with the same bits on every machine, which those of C libraries have not.
enum NaturalLogarithm {
  /// Of small numbers, which most are.
  private static let table = (0..<4096).map { computed(max(1, $0)) }

  /// - Parameter number: At least 1; less is taken for that.
  static func of(_ number: Int) -> Double {
    number < table.count ? table[max(0, number)] : computed(number)
  }

  /// The number is 2^e m, m between the roots of 1/2 and of 2, and ln m = 2 artanh((m - 1) / (m + 1)), by its series.
  private static func computed(_ number: Int) -> Double {
    let value = Double(number)
    var (mantissa, exponent) = (value.significand, Double(value.exponent))
    if mantissa > 1.4142135623730951 { (mantissa, exponent) = (mantissa / 2, exponent + 1) }
    let s = (mantissa - 1) / (mantissa + 1)
    var series = 0.0
    for odd in stride(from: 21.0, through: 1, by: -2) { series = series * (s * s) + 1 / odd }
    return exponent * 0.6931471805599453 + 2 * s * series
  }
}
