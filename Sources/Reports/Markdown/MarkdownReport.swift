internal import TensorCore
public import Verification

/// A report as a summary for pull requests and the logs of continuous integration.
public enum MarkdownReport {
  /// Tensors that are named as the worst.
  private static let worstCount = 10
  /// Findings that are written out.
  private static let findingCount = 50

  /// The report in GitHub's Markdown: the verdict, the findings, the whole model, each type, and the ten tensors that lost
  /// most. The JSON and HTML reports have the rest. Names are code, and long ones cut; no text of a checkpoint becomes
  /// markup, a link or a mention. The same report gives the same text.
  public static func text(_ report: VerificationReport) -> String {
    let parts = [
      head(report), findings(report.findings), whole(report.whole), types(report.types), worst(report.tensors),
    ]
    return parts.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  private static func head(_ report: VerificationReport) -> String {
    let verdict = "**\(ReportText.verdict(report.findings))**" + (ReportText.exact(report).map { ". \($0)" } ?? "")
    return "## Verification of \(MarkdownText.name(report.file.name))\n\n"
      + "\(checkpoint(report.file)) against \(checkpoint(report.source)): \(verdict)"
  }

  /// `` `a.gguf` (GGUF, 12.9 MB) ``.
  private static func checkpoint(_ file: VerificationReport.Checkpoint) -> String {
    "\(MarkdownText.name(file.name)) (\(MarkdownText.sentence(file.format)), \(Numbers.bytes(file.size)))"
  }

  private static func findings(_ findings: [Finding]) -> String {
    if findings.isEmpty { return "" }
    var lines = findings.prefix(findingCount).map { finding in
      let tensor = finding.tensor.map { MarkdownText.name($0) + ": " } ?? ""
      let place = ReportText.place(finding)
      return "- **\(finding.severity.rawValue)** " + tensor + MarkdownText.sentence(finding.message)
        + (place.isEmpty ? "" : " (\(place))")
    }
    if findings.count > findingCount { lines.append("- and \(Numbers.grouped(findings.count - findingCount)) more") }
    return "### Findings\n\n" + lines.joined(separator: "\n")
  }

  private static func whole(_ group: VerificationReport.Group) -> String {
    var table = MarkdownTable(
      ["tensors", "weights", "size", "bits a weight"] + lossHeads + ["mean error", "largest error"])
    let figures = group.figures
    table.add(
      sizes(group) + cells(figures) + [
        figures.map { ReportText.figure($0.meanError) } ?? "", figures.map { ReportText.figure($0.maximumError) } ?? "",
      ])
    return "### Whole model\n\n" + table.text
  }

  private static func types(_ types: [VerificationReport.Group]) -> String {
    if types.isEmpty { return "" }
    var table = MarkdownTable(["type", "tensors", "weights", "size", "bits a weight"] + lossHeads, textColumns: 1)
    for group in types {
      table.add([MarkdownText.name(group.name ?? "")] + sizes(group) + cells(group.figures))
    }
    return "### By type\n\n" + table.text
  }

  private static func worst(_ tensors: [VerificationReport.Tensor]) -> String {
    func loss(_ tensor: VerificationReport.Tensor) -> Double { tensor.figures?.relativeRMSE ?? 0 }
    // Sorted by loss, then by place: tensors of the same loss stay in the order of the file.
    let worst = tensors.enumerated().filter { loss($0.element) > 0 }
      .sorted { (loss($1.element), $0.offset) < (loss($0.element), $1.offset) }.prefix(worstCount)
    if worst.isEmpty { return "" }
    let hasUsual = worst.contains { $0.element.usual != nil }
    var table = MarkdownTable(
      ["tensor", "type"] + lossHeads + ["p99.9", "largest error"] + (hasUsual ? ["× usual"] : []), textColumns: 2)
    for (_, tensor) in worst {
      table.add(
        [MarkdownText.name(tensor.name), MarkdownText.name(tensor.type)] + cells(tensor.figures)
          + [
            tensor.figures?.quantiles.map { ReportText.figure($0.p999) } ?? "",
            tensor.figures.map { ReportText.figure($0.maximumError) } ?? "",
          ] + (hasUsual ? [tensor.usual.map { ReportText.figure($0.ratio) } ?? ""] : []))
    }
    return "### Tensors that lost most\n\n" + table.text
  }

  private static let lossHeads = ["relative RMSE", "SQNR", "cosine"]

  private static func sizes(_ group: VerificationReport.Group) -> [String] {
    [
      Numbers.grouped(group.tensors), Numbers.grouped(group.weights), Numbers.bytes(group.bytes),
      ReportText.bitsPerWeight(group),
    ]
  }

  private static func cells(_ figures: ErrorFigures?) -> [String] {
    guard let figures else { return ["", "", ""] }
    return [
      ReportText.figure(figures.relativeRMSE), ReportText.decibels(figures.sqnr), ReportText.cosine(figures.cosine),
    ]
  }
}
