#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import MemoryCheckpoints
import TensorCore
import TestSupport
import Testing

@testable import Reports

@Suite("The page about a checkpoint")
struct CheckpointPageTests {
  /// What stands in the page for the script.
  private struct Data: Decodable {
    struct TensorType: Decodable { let name: String }
    struct Metadata: Decodable { let key, type, text: String }
    struct Tensor: Decodable {
      let name: String
      let type: Int
      let shape: [Int]
      let layer: Int?
      let offset, bytes: Int
      let statistics: Statistics?
      let findings: [String]?
    }
    struct Statistics: Decodable {
      struct Histogram: Decodable {
        let possible, used: Int
        let entropy: Double
        let first: Int?
        let values, counts: [Int]?
      }
      struct Codes: Decodable { let histogram: Histogram }
      struct Scales: Decodable {
        let count: Int
        let notANumber, infinite: Int?
        let first: Int?
        let counts: [Int]?
      }
      let codes: Codes?
      let scales: Scales?
      let subScales: Histogram?
      let limitation: String?
    }
    struct Head: Decodable {
      let types: [TensorType]
      let metadata: [Metadata]
      let withoutHistograms: Int?
      let hasStatistics: Bool
    }
    let head: Head
    let tensors: [Tensor]
  }

  private func data(of page: String) throws -> Data {
    let json = try text(in: page, from: "<script type=\"application/json\" id=\"report\">", to: "</script>")
    return try JSONDecoder().decode(Data.self, from: .init(json.utf8))
  }

  private static let small = CheckpointPages.names.filter { $0 != "checkpoint-large" && $0 != "checkpoint-many" }

  @Test("The policy is as strict as that of verification's page and has the hashes of script and style")
  func policy() throws {
    let page = try CheckpointPages.page("checkpoint").html()
    let policy = try text(in: page, from: "http-equiv=\"Content-Security-Policy\" content=\"", to: "\"")
    let script = Array(try text(in: page, from: "<script>", to: "</script>").utf8)
    let style = Array(try text(in: page, from: "<style>", to: "</style>").utf8)
    #expect(policy == ContentSecurityPolicy.text(script: script, style: style))
    #expect(!(style + script).contains { $0 == 0 || $0 == 0x0D })
    for forbidden in forbiddenScript {
      #expect(!String(decoding: script, as: UTF8.self).contains(forbidden), "\(forbidden)")
    }
  }

  @Test(
    "One script of data, one of code, one style; no attribute that would be either; every place filled",
    arguments: small)
  func structure(name: String) throws {
    let page = try CheckpointPages.page(name).html()
    #expect(page.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">") && page.hasSuffix("</html>\n"))
    #expect(count("<script", in: page) == 2 && count("</script", in: page) == 2)
    #expect(count("<style", in: page) == 1 && count("<h1", in: page) == 1)
    let markup = page.replacing(try text(in: page, from: "<script>", to: "</script>"), with: "")
      .replacing(try text(in: page, from: "<style>", to: "</style>"), with: "")
    for forbidden in forbiddenMarkup where name != "checkpoint-hostile" {
      #expect(!markup.contains(forbidden), "\(forbidden)")
    }
    let body = try text(in: page, from: "<body>", to: "<script")
    if name != "checkpoint-hostile" { #expect(!body.contains("{{")) }
  }

  @Test("Names, keys, values, tokens and sentences stay text, and nothing in the page is invisible")
  func hostile() throws {
    let page = try CheckpointPages.page("checkpoint-hostile").html()
    let harmless = try CheckpointPages.page("checkpoint-empty").html()
    for element in [
      "<script", "</script", "<style", "</style", "<!--", "<img", "<b>", "<i>", "<svg onload",
    ] {
      #expect(count(element, in: page) == count(element, in: harmless), "\(element)")
    }
    #expect(
      try text(in: page, from: "<title>", to: "</title>")
        == "&lt;/title&gt;&lt;script&gt;document.title=&#39;owned&#39;&lt;/script&gt;.gguf")
    // Markup that became text where it was meant to be markup.
    #expect(!page.contains("&lt;th") && !harmless.contains("&lt;"))
    #expect(page.unicodeScalars.allSatisfy { $0 == "\n" || ($0.value >= 0x20 && !$0.properties.isBidiControl) })
    for name in ReportBuilder.hostileNames where !name.isEmpty {
      let token = Markup.escaped(ReportText.printable(name, limit: 100))
      #expect(page.contains("<bdi class=\"name token\">\(token)</bdi>"), "\(name.debugDescription)")
    }
    #expect(
      try data(of: page).tensors.map(\.name)
        == ReportBuilder.hostileNames.map {
          String($0.unicodeScalars.prefix(1000)) + ($0.unicodeScalars.count > 1000 ? "..." : "")
        })
  }

  @Test("What it is, what looks odd, the types and the first tokens are there without the script")
  func withoutScript() throws {
    let page = try CheckpointPages.page("checkpoint")
    let markup = try text(in: page.html(), from: "<body>", to: "<script")
    let findings = try #require(page.statistics).findings
    #expect(findings.contains { $0.rule == .outlierRows && $0.tensor == "blk.2.ffn_up.weight" })
    for finding in findings { #expect(markup.contains(Markup.escaped(finding.message))) }
    #expect(markup.contains(">\(Numbers.counted(findings.count, "thing")) look"))
    for share in page.types.shares {
      #expect(markup.contains("</span>\(share.type)</th><td>\(share.tensors)</td>"))
    }
    #expect(markup.contains("<dt>context</dt><dd><bdi>8,192 tokens</bdi></dd>"))
    #expect(markup.contains("The first 200 of 32,000 tokens."))
    #expect(markup.contains("Text</th><th scope=\"col\">Score</th><th scope=\"col\" class=\"text\">Type</th></tr>"))
    #expect(
      markup.contains(
        "<th scope=\"row\">3</th><td class=\"text\"><bdi class=\"name token\">\\u{a}0</bdi></td><td>-3</td><td class=\"text\">normal</td>"
      ))
  }

  @Test("The bars of the types fill their length")
  func bars() throws {
    let checkpoint = try CheckpointPages.page("checkpoint")
    let page = try checkpoint.html()
    for label in ["Bytes", "Parameters"] {
      let bar = try text(in: page, from: "aria-label=\"\(label): ", to: "</svg>")
      let widths = bar.split(separator: " width=\"").dropFirst().compactMap { Double($0.prefix { $0 != "\"" }) }
      #expect(widths.count == checkpoint.types.shares.count)
      #expect(abs(widths.reduce(0, +) - 1000) < 0.1)
    }
  }

  @Test("Histograms are whole: counts add up to what was counted, and their entropy is what the statistics say")
  func histograms() throws {
    let page = try CheckpointPages.page("checkpoint")
    let tensors = try data(of: page.html()).tensors
    let statistics = try #require(page.statistics).tensors
    #expect(tensors.count == statistics.count)
    for (tensor, expected) in zip(tensors, statistics) {
      #expect(tensor.name == expected.name)
      let codes = try #require(tensor.statistics?.codes?.histogram)
      let histogram = try #require(expected.codes?.histogram)
      let found = Dictionary(
        uniqueKeysWithValues: zip(
          codes.values ?? (codes.counts ?? []).indices.map { (codes.first ?? 0) + $0 }, codes.counts ?? []))
      for (value, count) in zip(histogram.values, histogram.counts) { #expect(found[value, default: 0] == count) }
      #expect(abs(codes.entropy - histogram.entropy) < 0.0001)
      #expect(codes.possible == histogram.values.count && codes.used == histogram.used)
      #expect(tensor.statistics?.scales?.counts == expected.scales?.magnitudes.counts)
      #expect(tensor.statistics?.subScales?.counts == expected.subScales?.counts)
    }
    #expect(tensors.contains { $0.statistics?.codes?.histogram.values != nil }, "IQ4_NL's codes leave integers out")
    #expect(tensors.first { $0.name == "blk.2.ffn_up.weight" }?.findings?.count == 1)
  }

  @Test("Figures that are no numbers, tensors of zeros, of integers, without elements")
  func special() throws {
    let page = try CheckpointPages.page("checkpoint-special")
    let tensors = try data(of: page.html()).tensors
    #expect(tensors.map(\.name) == page.tensors.map(\.name))
    let byName = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0) })
    #expect(byName["empty"]?.statistics == nil)
    #expect(byName["ids"]?.statistics?.limitation == "integers are not weights")
    #expect(byName["blk.0.nan.weight"]?.statistics?.scales?.notANumber == 32)
    #expect(byName["blk.0.inf.weight"]?.statistics?.scales?.infinite == 32)
    #expect(byName["zeros"]?.statistics?.scales?.counts == [])
  }

  @Test("Only headers: the page says so, and why")
  func headers() throws {
    let page = try CheckpointPages.page("checkpoint-headers").html()
    #expect(page.contains("<p>Only headers were read, no weights.</p>"))
    #expect(try data(of: page).tensors.allSatisfy { $0.statistics == nil })
    let damaged = try CheckpointPages.page("checkpoint-damaged").html()
    #expect(damaged.contains("<p class=\"verdict error\">Breaks 1 rule</p>"))
    #expect(damaged.contains("<p>Only headers were read, no weights: damaged.gguf: tensor &quot;a&quot;: ends at 12"))
    #expect(damaged.contains("<strong class=\"badge error\">error</strong>"))
  }

  @Test("A sound and empty checkpoint: no tensors, no vocabulary")
  func empty() throws {
    let page = try CheckpointPages.page("checkpoint-empty").html()
    #expect(page.contains("There are no tensors.") && page.contains("There is no vocabulary in this checkpoint."))
    #expect(try data(of: page).tensors.isEmpty)
  }

  @Test(
    "The same checkpoint gives the same page", arguments: ["checkpoint", "checkpoint-hostile", "checkpoint-special"])
  func deterministic(name: String) throws {
    #expect(try CheckpointPages.page(name).html() == CheckpointPages.page(name).html())
  }

  @Test("Two thousand tensors take less than 1.5 kB each, histograms among them")
  func many() throws {
    let page = try CheckpointPages.page("checkpoint-many").html()
    let empty = try CheckpointPages.page("checkpoint-empty").html()
    #expect(page.utf8.count - empty.utf8.count < 2_000 * 1_500)
    #expect(try data(of: page).head.withoutHistograms == nil)
  }

  @Test("Of more tensors than are drawn, those with the most bytes have histograms")
  func limit() throws {
    let limit = CheckpointPage.histogramLimit
    let entries = (0..<(limit + 3)).map { index in
      MemorySource.Entry(
        name: "t\(index)", type: .q4_0, dimensions: [index % 5000 == 7 ? 1 : 2, 32],
        payload: Array(repeating: 0x11, count: 36))
    }
    let page = try CheckpointPages.page(of: entries, named: "large", readsWeights: true).html()
    let data = try data(of: page)
    #expect(data.head.withoutHistograms == 3)
    let without = data.tensors.filter { $0.statistics?.scales?.counts == nil }
    #expect(without.map(\.name) == ["t7", "t5007", "t\(limit + 2)"])
    // Their figures are there all the same.
    #expect(without.allSatisfy { $0.statistics?.codes?.histogram.possible == 16 })
  }
}
