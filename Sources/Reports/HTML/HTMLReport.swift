public import Verification

/// A report as a page for people.
public enum HTMLReport {
  /// One self-contained HTML page, to be written to a file and opened from there: it asks for nothing from anywhere.
  ///
  /// What matters most (what was found, the figures of the whole and of each type) is plain HTML; charts and the table of
  /// all tensors are drawn by the page's script from the report, which is in the page as JSON. Names are text wherever
  /// they stand, and a Content-Security-Policy allows no script and no style but the page's own. The same report gives
  /// the same page.
  ///
  /// - Throws: What `JSONEncoder` throws.
  public static func page(_ report: VerificationReport) throws -> String {
    let style = PackageResources.report_css
    let script =
      PackageResources.values_js + PackageResources.bars_js + PackageResources.heatmap_js
      + PackageResources.histogram_js + PackageResources.tensors_js + PackageResources.page_js
    return PageTemplate.filled(
      String(decoding: PackageResources.report_html, as: UTF8.self),
      [
        "policy": ContentSecurityPolicy.text(script: script, style: style),
        "style": String(decoding: style, as: UTF8.self),
        "script": String(decoding: script, as: UTF8.self),
        "title": Markup.escaped("\(ReportText.name(report.file.name)) against \(ReportText.name(report.source.name))"),
        "head": ReportHead(report).markup.html,
        "findings": FindingList(report.findings).markup.html,
        "figures": WholeModel(report.whole).markup.html,
        "types": TypeTable(report.types).markup.html,
        "report": try EmbeddedJSON.text(report),
      ])
  }
}
