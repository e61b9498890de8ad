public import Verification

extension Verifier {
  /// What a verification found out.
  ///
  /// - Parameters:
  ///   - fileName: What the user calls the file.
  ///   - sourceName: What the user calls its source.
  ///   - seconds: How long it took; nil where that is not wanted.
  public func report(
    _ outcome: Outcome, fileName: String, sourceName: String, seconds: Double?
  ) -> VerificationReport {
    VerificationReport(
      file: .init(file, name: fileName), source: .init(source, name: sourceName),
      inputs: plan.pairs.enumerated().map { index, pair in
        .init(
          file: pair.file, source: pair.source, measurement: outcome.measurements[index], exact: outcome.exact[index],
          product: outcome.products[index])
      }, errors: outcome.errors, isExact: checks.isExact, findings: outcome.findings, seconds: seconds)
  }
}
