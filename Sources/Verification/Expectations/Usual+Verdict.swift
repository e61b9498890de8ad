public import TensorCore

extension VerificationReport.Usual {
  /// How far beyond the lowest and the highest of the three measured losses a tensor's loss is still usual, as a factor.
  ///
  /// A tensor of one row of 4096 Student-t weights loses up to 6 % more or less than many do (one standard deviation,
  /// Q8_0). The quantized tensors of all-MiniLM-L6-v2 lose 0.93 times the lowest to 1.02 times the highest, with two
  /// exceptions: formats/expected-losses.md.
  public static let margin = 1.1

  /// How many times the highest of the three measured losses a tensor must lose to be reported: twice the error is what
  /// a type with one bit less for each weight loses (Q6_K, Q5_K, Q4_K: 0.018, 0.036, 0.071 on Gaussian weights).
  public static let reportedFactor = 2.0

  /// Compares a loss with what the type loses on ordinary weights; nil for a type of which that is not known.
  public init?(_ type: ElementType, relativeRMSE: Double) {
    guard let expected = ExpectedLoss.of(type) else { return nil }
    self.init(
      gaussian: expected.gaussian, lowest: expected.lowest, highest: expected.highest,
      ratio: relativeRMSE / expected.gaussian, verdict: Self.verdict(type, relativeRMSE, expected))
  }

  private static func verdict(_ type: ElementType, _ loss: Double, _ expected: ExpectedLoss) -> String {
    if loss == 0 { return "nothing is lost" }
    if loss < expected.lowest / margin { return "less than usual for \(type.name)" }
    if loss <= expected.highest * margin { return "usual for \(type.name)" }
    // Infinite: all weights were zero.
    guard loss.isFinite else { return "\(type.name) loses nothing of zeros, and this is not zero: look at this tensor" }
    return "\(times(loss / expected.gaussian)) what \(type.name) loses on ordinary weights: look at this tensor"
  }

  /// `3.1 times`.
  static func times(_ ratio: Double) -> String { FigureText.significant(ratio, 2) + " times" }
}
