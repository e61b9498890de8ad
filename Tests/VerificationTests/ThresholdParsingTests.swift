import TensorCore
import TestSupport
import Testing
import Verification

@Suite("Rules for thresholds")
struct ThresholdParsingTests {
  private struct BadPattern: Error, CustomStringConvertible {
    var description: String { "not a pattern" }
  }

  /// Patterns are names here, and `(` is none.
  static func matcher(_ text: String) throws -> (String) -> Bool {
    if text == "(" { throw BadPattern() }
    return { $0.contains(text) }
  }

  static func parse(_ text: String) throws(ThresholdError) -> [ThresholdRule] {
    try ThresholdRule.parse(text, pattern: matcher)
  }

  @Test(
    "A rule is read as it is written",
    arguments: [
      ("rmse=0.1", ["rmse=0.1"]), ("Q4_K:relative=0.1", ["Q4_K:relative=0.1"]),
      ("q4_k:Relative=0.1,sqnr=20", ["Q4_K:relative=0.1", "Q4_K:sqnr=20"]), ("model:nmse=1e-4", ["model:nmse=1e-4"]),
      ("MODEL:cosine=0.99", ["model:cosine=0.99"]), ("/attn/:max=3", ["/attn/:max=3"]),
      ("/a/:b/c=d,e:/:row=.5,p999=2", ["/a/:b/c=d,e:/:row=.5", "/a/:b/c=d,e:/:p999=2"]), ("/:/:max=3", ["/:/:max=3"]),
      (" NF4 : mean = 1 , p50 = 2 ", ["NF4:mean=1", "NF4:p50=2"]), ("max=+2E+1", ["max=+2E+1"]), ("max=0", ["max=0"]),
      ("cosine=1", ["cosine=1"]), ("I32:max=0", ["I32:max=0"]),
    ])
  func rules(text: String, expected: [String]) throws {
    #expect(try Self.parse(text).map(\.text) == expected)
  }

  @Test("Every metric has a rule", arguments: ThresholdMetric.allCases)
  func metrics(metric: ThresholdMetric) throws {
    let rule = try #require(try Self.parse("\(metric.rawValue)=0.25").first)
    #expect(rule.metric == metric && rule.limit == 0.25)
  }

  @Test(
    "What is no rule is refused, and why",
    arguments: [
      ("", ThresholdError.noCondition("")), ("rmse", .noCondition("rmse")), ("Q4_K:", .noCondition("Q4_K:")),
      ("rmse=1,", .noCondition("rmse=1,")), ("=1", .noCondition("=1")), ("Q4_K", .noCondition("Q4_K")),
      (":rmse=1", .emptySelector(":rmse=1")), ("//:rmse=1", .emptySelector("//:rmse=1")),
      ("/a:rmse=1", .openPattern("/a:rmse=1")), ("/a/rmse=1", .openPattern("/a/rmse=1")), ("/", .openPattern("/")),
      ("/(/:rmse=1", .invalidPattern(reason: "not a pattern")), ("Q9:rmse=1", .unknownType("Q9")),
      ("blk.0:rmse=1", .unknownType("blk.0")), ("rsme=1", .unknownMetric("rsme")), ("r mse=1", .unknownMetric("r mse")),
      ("model:p99=1", .notOfWholeFile(.p99)), ("model:rmse=1,ratio=2", .notOfWholeFile(.ratio)),
      ("rmse=1,Q4_K:max=1", .unknownMetric("Q4_K:max")),
      ("rmse=", .notANumber(.rmse, "")), ("rmse=x", .notANumber(.rmse, "x")), ("rmse=nan", .notANumber(.rmse, "nan")),
      ("rmse=inf", .notANumber(.rmse, "inf")), ("rmse=0x1p3", .notANumber(.rmse, "0x1p3")),
      ("rmse=1e999", .notANumber(.rmse, "1e999")), ("rmse=1=2", .notANumber(.rmse, "1=2")),
      ("rmse=0,1", .noCondition("rmse=0,1")), ("rmse=10%", .notANumber(.rmse, "10%")),
      ("rmse=١", .notANumber(.rmse, "١")), ("rmse=-1", .negative(.rmse, "-1")), ("rmse=-0", .negative(.rmse, "-0")),
      ("cosine=1.01", .cosineAboveOne("1.01")),
    ])
  func refusals(text: String, expected: ThresholdError) {
    #expect(throws: expected) { try Self.parse(text) }
  }

  @Test(
    "A name that is nearly right is suggested",
    arguments: [
      ("rsme=1", "did you mean rmse?"), ("relativeRMSE=1", "did you mean relative?"), ("cos=1", "did you mean cosine?"),
      ("SQRN=1", "did you mean sqnr?"), ("p99.9=1", "did you mean p999?"), ("maximum=1", "did you mean max?"),
      ("Q4K:rmse=1", "did you mean Q4_K?"), ("modle:rmse=1", "did you mean model?"),
    ])
  func suggestions(text: String, expected: String) {
    let error = #expect(throws: ThresholdError.self) { try Self.parse(text) }
    #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
  }

  @Test(
    "Nothing is suggested for what is like nothing, or endless",
    arguments: ["xyz", String(repeating: "p", count: 1_000_000)])
  func noSuggestion(name: String) {
    let error = #expect(throws: ThresholdError.self) { try Self.parse(name + "=1") }
    #expect(error?.description.contains("did you mean") == false)
    #expect((error?.description.count ?? 0) < 500)
  }

  @Test("The page of thresholds has every metric, and says which of them the whole file has")
  func page() throws {
    let page = String(decoding: try Repository.bytes("formats/thresholds.md"), as: UTF8.self)
    var rows: [String: Bool] = [:]
    for line in page.split(separator: "\n") where line.hasSuffix("| yes |") || line.hasSuffix("| no |") {
      let names = line.split(separator: "|")[0].matches(of: /`([a-z0-9]+)`/)
      for name in names { rows[String(name.1)] = line.hasSuffix("| yes |") }
    }
    let expected = ThresholdMetric.allCases.map { metric in
      (metric.rawValue, (try? Self.parse("model:\(metric.rawValue)=1")) != nil)
    }
    #expect(rows == Dictionary(uniqueKeysWithValues: expected))
  }

  @Test("The example of the page is a file of rules")
  func pageExample() throws {
    let page = String(decoding: try Repository.bytes("formats/thresholds.md"), as: UTF8.self)
    let example = try #require(page.split(separator: "```\n").last { $0.contains("# limits.txt") })
    #expect(try ThresholdFile.parse(Array(example.utf8), pattern: Self.matcher).count == 5)
  }

  @Test("A second selector in a rule is told from a wrong metric")
  func secondSelector() {
    #expect(
      ThresholdError.unknownMetric("Q4_K:max").description
        == "a rule has one selector, before its first metric; make a rule of its own of what begins with \"Q4_K:max\"")
  }

  @Test("A file has a rule a line, comments and empty lines")
  func file() throws {
    let text = "# limits\r\n\n  relative=0.2\r\nQ4_K:ratio=1.5,row=0.3\n   # more\n/#x/:max=1\n\t\n"
    let rules = try ThresholdFile.parse(Array(text.utf8), pattern: Self.matcher)
    #expect(rules.map(\.text) == ["relative=0.2", "Q4_K:ratio=1.5", "Q4_K:row=0.3", "/#x/:max=1"])
    #expect(try ThresholdFile.parse([], pattern: Self.matcher).isEmpty)
  }

  @Test("The line of a mistake in a file is named")
  func fileErrors() {
    func violation(_ bytes: [UInt8]) -> ThresholdFile.Violation? {
      #expect(throws: ThresholdFile.Violation.self) { try ThresholdFile.parse(bytes, pattern: Self.matcher) }
    }
    let third = violation(Array("\n# x\nrmse=0.1 # no\nsqnr=".utf8))
    #expect(third?.line == 3 && third?.error == .notANumber(.rmse, "0.1 # no"))
    let text = violation([0x72, 0xFF, 0x0A])
    #expect(text?.line == nil && text?.error == .notText)
    let limit = ThresholdFile.byteLimit
    let large = violation([UInt8](repeating: 0x0A, count: limit + 1))
    #expect(large?.line == nil && large?.error == .tooLarge(limit: limit))
    #expect(throws: Never.self) {
      try ThresholdFile.parse([UInt8](repeating: 0x0A, count: limit), pattern: Self.matcher)
    }
  }
}
