import TestSupport
import Testing
import Verification

@testable import Reports

@Suite("The HTML page")
struct HTMLReportTests {
  @Test("The policy has the hashes of the script and the style that are in the page", arguments: ["findings", "empty"])
  func hashes(name: String) throws {
    let page = try HTMLReport.page(ReportPages.report(name))
    let policy = try text(in: page, from: "http-equiv=\"Content-Security-Policy\" content=\"", to: "\"")
    let style = try text(in: page, from: "<style>", to: "</style>")
    let script = try text(in: page, from: "<script>", to: "</script>")
    #expect(policy.contains("default-src 'none';"))
    #expect(policy.contains("style-src '\(ContentSecurityPolicy.source(Array(style.utf8)))';"))
    #expect(policy.contains("script-src '\(ContentSecurityPolicy.source(Array(script.utf8)))';"))
    #expect(!policy.contains("unsafe"))
    // What a browser would change before it hashes.
    #expect(!(style + script).utf8.contains { $0 == 0 || $0 == 0x0D })
  }

  @Test("One script of data, one of code, one style; no attribute that would be either", arguments: ReportPages.names)
  func structure(name: String) throws {
    let page = try HTMLReport.page(ReportPages.report(name))
    #expect(page.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">"))
    #expect(page.hasSuffix("</html>\n"))
    #expect(count("<script", in: page) == 2 && count("</script", in: page) == 2)
    #expect(count("<style", in: page) == 1 && count("</style", in: page) == 1)
    #expect(count("<h1", in: page) == 1)
    let markup = page.replacing(try text(in: page, from: "<script>", to: "</script>"), with: "")
      .replacing(try text(in: page, from: "<style>", to: "</style>"), with: "")
    for forbidden in forbiddenMarkup
    where name != "hostile" {
      #expect(!markup.contains(forbidden), "\(forbidden)")
    }
  }

  @Test("The script makes no markup out of strings and asks for nothing")
  func script() throws {
    let page = try HTMLReport.page(ReportPages.report("empty"))
    let script = try text(in: page, from: "<script>", to: "</script>")
    for forbidden in forbiddenScript {
      #expect(!script.contains(forbidden), "\(forbidden)")
    }
  }

  @Test("Every place of the template is filled")
  func placesFilled() throws {
    #expect(!(try HTMLReport.page(ReportPages.report("findings"))).contains("{{"))
  }

  @Test("Names stay text: no element comes out of them, and none is missing")
  func hostileNames() throws {
    let report = ReportPages.report("hostile")
    let page = try HTMLReport.page(report)
    let harmless = try HTMLReport.page(ReportPages.report("empty"))
    for element in [
      "<script", "</script", "<style", "</style", "<title", "</title", "<!--", "<img", "<svg", "<b>", "<i>",
    ] {
      #expect(count(element, in: page) == count(element, in: harmless), "\(element)")
    }
    let title = try text(in: page, from: "<title>", to: "</title>")
    #expect(
      title == "&lt;/title&gt;&lt;script&gt;document.title=&#39;owned&#39;&lt;/script&gt;.gguf against "
        + "\\u{202e}`|{{script}}&lt;b&gt;@somebody https://example.com")
    for name in ReportBuilder.hostileNames {
      #expect(
        page.contains("<bdi class=\"name\">\(Markup.escaped(ReportText.name(name)))</bdi>: "),
        "\(name.debugDescription)")
    }
    // Nothing invisible: neither in the markup nor in the data.
    #expect(page.unicodeScalars.allSatisfy { $0 == "\n" || ($0.value >= 0x20 && !$0.properties.isBidiControl) })
  }

  @Test("Findings and the figures of the whole and of types are there without the script")
  func withoutScript() throws {
    let report = ReportPages.report("findings")
    let page = try HTMLReport.page(report)
    let markup = try text(in: page, from: "<body>", to: "<noscript>")
    #expect(markup.contains("<p class=\"verdict error\">2 errors, 2 warnings</p>"))
    #expect(markup.contains("model.Q4_K_M.gguf") && markup.contains("model.safetensors"))
    for finding in report.findings { #expect(markup.contains(Markup.escaped(finding.message))) }
    #expect(markup.contains("row 3, column 64, block 12, byte 1,048,576 of the file"))
    let figures = try #require(report.whole.figures)
    #expect(markup.contains("<dt>Relative RMSE</dt><dd>\(ReportText.figure(figures.relativeRMSE))</dd>"))
    #expect(markup.contains("<dt>SQNR</dt><dd>\(ReportText.decibels(figures.sqnr))</dd>"))
    for type in report.types {
      #expect(markup.contains("</span>\(try #require(type.name))</th><td>\(type.tensors)</td>"))
    }
    // Findings come first.
    let (findings, whole) = (markup.firstRange(of: "id=\"findings\""), markup.firstRange(of: "id=\"whole\""))
    #expect(try #require(findings).lowerBound < #require(whole).lowerBound)
  }

  @Test("A sound file is said to be sound, one with only warnings to have these")
  func verdicts() throws {
    var builder = ReportBuilder(seed: ReportPages.seed)
    builder.add("a", .q4_0, loss: 0.1)
    #expect(try HTMLReport.page(builder.report).contains("<p class=\"verdict good\">Nothing is wrong</p>"))
    builder.findings = [Finding(.allZero, .warning, tensor: "a", "all weights are zero")]
    #expect(try HTMLReport.page(builder.report).contains("<p class=\"verdict warning\">1 warning</p>"))
    builder.isExact = true
    #expect(
      try HTMLReport.page(builder.report).contains("<p>Not every tensor is what quantizing the source gives.</p>"))
  }

  @Test("Figures that are no numbers, and none at all")
  func specialNumbers() throws {
    let page = try HTMLReport.page(ReportPages.report("special"))
    #expect(page.contains("\"relativeRMSE\":\"inf\"") && page.contains("\"sqnr\":\"-inf\""))
    let integers = try HTMLReport.page(ReportPages.report("integers"))
    #expect(integers.contains("No weights were measured"))
    #expect((integers.firstRange(of: "<dt>Relative RMSE</dt>") == nil))
    #expect(integers.contains("<dt>Tensors</dt><dd>1</dd>"))
  }

  @Test("The same report gives the same page", arguments: ["findings", "hostile"])
  func deterministic(name: String) throws {
    #expect(try HTMLReport.page(ReportPages.make(name)) == HTMLReport.page(ReportPages.make(name)))
  }

  @Test("Of many findings the first are open and the rest can be opened; all are there")
  func manyFindings() throws {
    var builder = ReportBuilder(seed: ReportPages.seed)
    builder.findings = (0..<500).map { Finding(.exact, tensor: "t\($0)", "differs") }
    let page = try HTMLReport.page(builder.report)
    #expect(page.contains("<summary>480 more</summary>"))
    #expect(count(": <span class=\"message\">differs</span>", in: page) == 500)
    #expect(page.contains("<p class=\"verdict error\">500 errors</p>"))
  }

  @Test("Ten thousand tensors are in the page as data, about a kilobyte each, and not as markup")
  func large() throws {
    let report = ReportPages.report("large")
    let page = try HTMLReport.page(report)
    let small = try HTMLReport.page(ReportPages.report("one"))
    #expect(report.tensors.count == 10_000)
    #expect(page.utf8.count - small.utf8.count < 10_000 * 1_200)
    // Only the forty findings.
    #expect(count("<bdi", in: page) - count("<bdi", in: small) == 40)
  }
}

@Suite("The curve of bytes and loss in the HTML page")
struct RateChartTests {
  @Test("It is drawn within its frame, from the smallest file to the best one, with the one that was written")
  func isDrawn() throws {
    var report = ReportPages.report("findings")
    let points = (0..<10).map { RateCurve.Point(bytes: 1_000_000 + 100_000 * $0, loss: 0.2 / Double($0 + 1)) }
    report.rates = RateCurve(points: points, chosen: points[4])
    let page = try HTMLReport.page(report)
    let line = try text(in: page, from: "<polyline points=\"", to: "\"")
    let places = line.split(separator: " ").map { $0.split(separator: ",").compactMap { Double($0) } }
    #expect(places.count == 10 && places.allSatisfy { $0.count == 2 })
    #expect(places.first == [10, 10] && places.last == [630, 210])
    for (left, right) in zip(places, places.dropFirst()) { #expect(left[0] < right[0] && left[1] < right[1]) }
    #expect(page.contains("cx=\"\(places[4][0])\" cy=\"\(places[4][1])\" r=\"6\""))
    #expect(page.contains("1,400,000 bytes, relative RMSE 0.0400"))
    #expect(try !HTMLReport.page(ReportPages.report("findings")).contains("class=\"rates\""))
  }

  @Test("A single point, and losses of zero, are drawn too")
  func edges() throws {
    var report = ReportPages.report("findings")
    for losses in [[0.1], [0.1, 0], [0, 0]] {
      let points = losses.enumerated().map { RateCurve.Point(bytes: 10 * ($0.offset + 1), loss: $0.element) }
      report.rates = RateCurve(points: points, chosen: points[0])
      let page = try HTMLReport.page(report)
      let line = try text(in: page, from: "<polyline points=\"", to: "\"")
      #expect(!line.contains("nan") && !line.contains("inf"))
    }
  }
}
