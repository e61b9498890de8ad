/// What the codes of ordinary weights are like: of independent Gaussian weights, quantized without importance. Measured by
/// `UsualCodesTests`, which holds the table to what it finds.
struct UsualCodes {
  /// The share of weights with the lowest or the highest code.
  let saturated: Double
  /// Bits of entropy a code.
  let entropy: Double

  /// More saturated codes than so many times the usual are odd, and more than three quarters in any case.
  static let saturationFactor = 4.0
  /// Less entropy than this share of the usual is odd.
  static let entropyShare = 0.6
  /// Of fewer codes nothing is said.
  static let leastCodes = 4096

  private init(_ saturated: Double, _ entropy: Double) { (self.saturated, self.entropy) = (saturated, entropy) }

  /// By the name of the type; those with four codes and fewer are not in it.
  static let table: [String: UsualCodes] = [:]
}
