internal import TensorCore
internal import Verification

/// What a page begins with: which file was held against which source, and how it went.
struct ReportHead {
  private let report: VerificationReport

  init(_ report: VerificationReport) { self.report = report }

  var markup: Markup {
    """
    <p class="kicker">Verification report</p>
    <h1><bdi>\(ReportText.name(report.file.name))</bdi></h1>
    <dl class="files">
    \(row("File", report.file))\(row("Held against", report.source))</dl>
    \(verdict)\(exact)\(time)
    """
  }

  private func row(_ label: String, _ checkpoint: VerificationReport.Checkpoint) -> Markup {
    """
    <div><dt>\(label)</dt><dd><bdi class="name">\(ReportText.name(checkpoint.name))</bdi> \
    <span class="muted">\(checkpoint.format), \(Numbers.bytes(checkpoint.size))</span></dd></div>

    """
  }

  private var verdict: Markup {
    let text = ReportText.verdict(report.findings)
    if report.hasErrors { return "<p class=\"verdict error\">\(text)</p>\n" }
    return report.findings.isEmpty
      ? "<p class=\"verdict good\">\(text)</p>\n" : "<p class=\"verdict warning\">\(text)</p>\n"
  }

  private var exact: Markup {
    guard let sentence = ReportText.exact(report) else { return "" }
    return "<p>\(sentence)</p>\n"
  }

  private var time: Markup {
    guard let seconds = report.seconds else { return "" }
    let bytes = [report.file.size, report.source.size].clampedSum
    return "<p class=\"muted\">Compared \(Numbers.bytes(bytes)) in \(Numbers.fixed(seconds, 2)) s</p>\n"
  }
}
