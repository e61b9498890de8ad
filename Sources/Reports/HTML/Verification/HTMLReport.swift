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
    try Page(
      template: PackageResources.report_html, styles: [PackageResources.report_css],
      scripts: [
        PackageResources.values_js, PackageResources.chart_js, PackageResources.table_js, PackageResources.bars_js,
        PackageResources.heatmap_js, PackageResources.histogram_js, PackageResources.tensors_js,
        PackageResources.page_js,
      ],
      title: "\(ReportText.name(report.file.name)) against \(ReportText.name(report.source.name))",
      places: [
        "head": ReportHead(report).markup, "findings": FindingList(report.findings).markup,
        "figures": WholeModel(report.whole).markup + (report.rates.map { RateChart($0).markup } ?? ""),
        "types": TypeTable(report.types).markup,
      ]
    ).html(data: EmbeddedJSON.text(report))
  }
}
