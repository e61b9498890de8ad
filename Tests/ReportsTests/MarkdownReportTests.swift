import Testing
import Verification

@testable import Reports

@Suite("The Markdown summary")
struct MarkdownReportTests {
  @Test("Verdict, findings, whole model, types and the ten worst tensors")
  func structure() throws {
    let report = ReportPages.report("findings")
    let lines = MarkdownReport.text(report).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(
      lines.filter { $0.hasPrefix("#") } == [
        "## Verification of `model.Q4_K_M.gguf`", "### Findings", "### Whole model", "### By type",
        "### Tensors that lost most",
      ])
    #expect(
      lines.contains { $0.hasSuffix("against `model.safetensors` (safetensors, 1.4 MB): **2 errors, 2 warnings**") })
    #expect(lines.filter { $0.hasPrefix("- **error** ") }.count == 2)
    #expect(lines.filter { $0.hasPrefix("- **warning** ") }.count == 2)
    let worst = try #require(lines.firstIndex(of: "### Tensors that lost most"))
    let rows = lines[(worst + 4)...].filter { $0.hasPrefix("| ") }
    let names = report.tensors.sorted { ($0.figures?.nmse ?? 0) > ($1.figures?.nmse ?? 0) }.prefix(10).map(\.name)
    #expect(rows.map { $0.split(separator: "`")[1] } == names.map { Substring($0) })
    for type in report.types { #expect(lines.contains { $0.hasPrefix("| `\(type.name ?? "")` | \(type.tensors) |") }) }
  }

  @Test("Every row of a table has as many cells as its head", arguments: ReportPages.names.filter { $0 != "large" })
  func cells(name: String) {
    var expected: Int?
    for line in MarkdownReport.text(ReportPages.report(name)).split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("|") else {
        expected = nil
        continue
      }
      let count = line.split(separator: "|", omittingEmptySubsequences: false).count
      #expect(count == expected ?? count, "\(line)")
      expected = count
    }
  }

  @Test(
    "A name is code; one that code cannot hold is written in character references",
    arguments: [
      ("blk.0.attn_q.weight", "`blk.0.attn_q.weight`"), ("<img onerror=\"x\">", "`<img onerror=\"x\">`"),
      ("@somebody", "`@somebody`"), ("a`b", "<code>a&#96;b</code>"), ("a|b", "<code>a&#124;b</code>"),
      ("a\\", "<code>a&#92;</code>"), (" a", "<code>&#32;a</code>"), ("", "`\"\"`"),
      ("a\nb", "<code>a&#92;u&#123;a&#125;b</code>"), ("\u{202E}", "<code>&#92;u&#123;202e&#125;</code>"),
      (String(repeating: "x", count: 121), "`" + String(repeating: "x", count: 120) + "...`"),
    ])
  func name(name: String, expected: String) {
    #expect(MarkdownText.name(name) == expected)
  }

  @Test(
    "A sentence stays one: no markup, link, mention, reference or emoji",
    arguments: [
      ("lost 3.1 times what Q4_K loses: look at it", "lost 3.1 times what Q4\\_K loses: look at it"),
      ("<b>*bold* [x](y) ![z](w) ~s~ | &lt;", "\\<b\\>\\*bold\\* \\[x\\](y) \\!\\[z\\](w) \\~s\\~ \\| \\&lt;"),
      ("by @somebody in #12", "by `@somebody` in `#12`"),
      ("see https://example.com now", "see `https://example.com` now"),
      ("www.example.com", "`www.example.com`"), (":tada: a:b", "`:tada:` `a:b`"),
      ("since 94331c4a", "since `94331c4a`"),
      ("a`b | `c`", "<code>a&#96;b</code> \\| <code>&#96;c&#96;</code>"),
      ("a\r\n# b", "<code>a&#92;u&#123;d&#125;&#92;u&#123;a&#125;&#35;</code> b"),
    ])
  func sentence(text: String, expected: String) {
    #expect(MarkdownText.sentence(text) == expected)
  }

  @Test("Names and messages take no line of their own and no line begins with what they say")
  func hostile() {
    let text = MarkdownReport.text(ReportPages.report("hostile"))
    for line in text.split(separator: "\n") {
      #expect(
        ["## ", "### ", "| ", "- **error** ", "- **warning** ", "`</title>"].contains { line.hasPrefix($0) }, "\(line)")
    }
    #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || ($0.value >= 0x20 && !$0.properties.isBidiControl) })
  }

  @Test("Of many findings the first fifty are written out")
  func manyFindings() {
    var builder = ReportBuilder(seed: ReportPages.seed)
    builder.findings = (0..<1_234).map { Finding(.exact, tensor: "t\($0)", "differs") }
    let text = MarkdownReport.text(builder.report)
    #expect(text.contains("- **error** `t49`: differs\n- and 1,184 more\n"))
  }

  @Test("A report of nothing, and one of integers, have no table of losses", arguments: ["empty", "integers"])
  func bare(name: String) {
    let text = MarkdownReport.text(ReportPages.report(name))
    #expect(text.contains("**Nothing is wrong**") && !text.contains("### Tensors that lost most"))
  }

  @Test("Losses that are no numbers")
  func specialNumbers() {
    let text = MarkdownReport.text(ReportPages.report("special"))
    #expect(text.contains("| `blk.0.from_zeros.weight` | `Q8_0` | ∞ | -∞ | 0.000000 |"))
    #expect(!text.contains("kept"))
  }

  @Test("The same report gives the same text")
  func deterministic() {
    #expect(MarkdownReport.text(ReportPages.make("hostile")) == MarkdownReport.text(ReportPages.make("hostile")))
  }
}
