internal import Inspection
internal import TensorCore

/// Figures as they stand in tables, `-` for those that there are not.
enum FigureCells {
  static func number(_ value: Double?) -> String { value.map(Numbers.significant) ?? "-" }

  /// `5.05 %`; what is there is not 0.
  static func share(_ part: Int?, of whole: Int) -> String {
    guard let part, whole > 0 else { return "-" }
    let percent = Double(part) / Double(whole) * 100
    if part == 0 { return "0" }
    return percent < 0.01 ? "<0.01 %" : Numbers.fixed(percent, 2) + " %"
  }

  /// `3.62/4.00`.
  static func bits(_ entropy: Double, of available: Double) -> String {
    "\(Numbers.fixed(entropy, 2))/\(Numbers.fixed(available, 2))"
  }

  static func bits(_ codes: CodeFigures?) -> String {
    codes.map { bits($0.histogram.entropy, of: $0.histogram.availableBits) } ?? "-"
  }

  /// `2.1e-05..0.00012`.
  static func range(_ scales: ScaleFigures?) -> String {
    guard let scales, scales.count > 0 else { return "-" }
    if scales.largestMagnitude == 0 { return "0" }
    return "\(Numbers.significant(scales.smallestMagnitude))..\(Numbers.significant(scales.largestMagnitude))"
  }
}
