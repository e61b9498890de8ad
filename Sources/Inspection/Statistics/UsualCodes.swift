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
  static let table: [String: UsualCodes] = [
    "Q8_0": UsualCodes(0.0317, 7.709),
    "Q4_0": UsualCodes(0.0590, 3.793),
    "Q4_1": UsualCodes(0.0815, 3.872),
    "Q5_0": UsualCodes(0.0428, 4.773),
    "Q5_1": UsualCodes(0.0712, 4.867),
    "Q3_K": UsualCodes(0.1549, 2.892),
    "Q4_K": UsualCodes(0.0756, 3.873),
    "Q5_K": UsualCodes(0.0693, 4.872),
    "Q6_K": UsualCodes(0.0408, 5.812),
    "IQ4_NL": UsualCodes(0.0657, 3.923),
    "IQ4_XS": UsualCodes(0.0657, 3.923),
    "MXFP4": UsualCodes(0.0520, 3.838),
    "NVFP4": UsualCodes(0.1136, 3.898),
    "NF4": UsualCodes(0.0376, 3.898),
  ]
}
