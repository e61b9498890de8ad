internal import TensorCore
internal import Verification

/// Sentences and figures that all reports for people have in common.
enum ReportText {
  /// A name as it is shown: printable, `""` where it is empty, and cut where it has more scalars than the limit.
  static func name(_ name: String, limit: Int = 200) -> String {
    name.isEmpty ? "\"\"" : printable(name, limit: limit)
  }

  static func printable(_ text: String, limit: Int) -> String {
    let scalars = text.unicodeScalars
    let shown = String(String.UnicodeScalarView(scalars.prefix(limit))).printable
    return scalars.count > limit ? shown + "..." : shown
  }

  /// `2 errors, 1 warning`.
  static func verdict(_ findings: [Finding]) -> String {
    if findings.isEmpty { return "Nothing is wrong" }
    let errors = findings.count { $0.severity == .error }
    let counts = [(errors, "error"), (findings.count - errors, "warning")]
    return counts.filter { $0.0 > 0 }.map { Numbers.counted($0.0, $0.1) }.joined(separator: ", ")
  }

  /// Whether the bytes are those of the source quantized; nil where that was not asked.
  static func exact(_ report: VerificationReport) -> String? {
    report.exact.map {
      $0
        ? "Every tensor is what quantizing the source gives, to the byte."
        : "Not every tensor is what quantizing the source gives."
    }
  }

  /// `row 3, column 17, block 5, byte 8,192 of the file`; empty where the finding has no place.
  static func place(_ finding: Finding) -> String {
    [
      finding.row.map { "row \(Numbers.grouped($0))" }, finding.column.map { "column \(Numbers.grouped($0))" },
      finding.block.map { "block \(Numbers.grouped($0))" },
      finding.offset.map { "byte \(Numbers.grouped($0)) of the file" },
    ].compactMap(\.self).joined(separator: ", ")
  }

  static func bitsPerWeight(_ group: VerificationReport.Group) -> String {
    group.weights == 0 ? "" : Numbers.fixed(Double(group.bytes) * 8 / Double(group.weights), 2)
  }

  /// Three significant digits; `∞` and `NaN` where the figure is not a number.
  static func figure(_ value: Double) -> String {
    value.isFinite ? Numbers.significant(value) : value.isNaN ? "NaN" : value < 0 ? "-∞" : "∞"
  }

  /// `12.3 %`; `< 0.1 %` of what is there and hardly counts; empty where there is nothing to have a share in.
  static func share(_ part: Int, of whole: Int) -> String {
    guard whole > 0 else { return "" }
    let percent = Double(part) / Double(whole) * 100
    return part > 0 && percent < 0.05 ? "< 0.1 %" : Numbers.fixed(percent, 1) + " %"
  }

  /// `21.1 dB`; `∞` where nothing was lost.
  static func decibels(_ value: Double) -> String {
    value.isFinite ? Numbers.fixed(value, 1) + " dB" : figure(value)
  }

  static func cosine(_ value: Double) -> String {
    value.isFinite ? Numbers.fixed(value, 6) : figure(value)
  }
}
