import TensorCore
import Testing

@testable import Verification

@Suite("Holding figures against thresholds")
struct ThresholdTests {
  /// Eight rows of 32 weights 1 and -1; those of the last row lost `loss`, those of the others half as much.
  private static func input(_ name: String, _ type: ElementType, loss: Float, product: Double? = nil) throws
    -> VerificationReport.Input
  {
    let weights = (0..<256).map { $0 % 3 == 0 ? Float(1) : -1 }
    let decoded = weights.enumerated().map { $1 * (1 + ($0 < 224 ? loss / 2 : loss)) }
    return try measuredInput(
      name, type, rows: 8, weights, decoded: decoded,
      product: product.map { .init(samples: 1, relativeRMSE: $0, weightsOnly: $0) })
  }

  private static func sample() throws -> VerificationReport {
    report([
      try input("blk.0.a", .q4_K, loss: 0.125, product: 0.03), try input("blk.1.a", .q4_K, loss: 0.25),
      try input("out", .q8_0, loss: 0.0625), try integerInput("ids"),
    ])
  }

  private func check(_ rules: String..., report: VerificationReport? = nil) throws -> Thresholds.Outcome {
    Thresholds(try rules.flatMap { try ThresholdParsingTests.parse($0) }).check(try report ?? Self.sample())
  }

  @Test(
    "A rule is about the tensors that it names",
    arguments: [
      ("max=0.01", ["blk.0.a", "blk.1.a", "out"]), ("max=0.1", ["blk.0.a", "blk.1.a"]),
      ("Q4_K:max=0.01", ["blk.0.a", "blk.1.a"]),
      ("/blk.1/:max=0.01", ["blk.1.a"]), ("/out/:max=0.1", []), ("max=0.125", ["blk.1.a"]), ("max=0.25", []),
      ("product=0.02", ["blk.0.a"]), ("product=0.03", []),
    ] as [(String, [String])])
  func selectors(rule: String, offenders: [String]) throws {
    let outcome = try check(rule)
    #expect(outcome.findings.map(\.tensor) == offenders)
    #expect(outcome.findings.allSatisfy { $0.rule == .threshold && $0.severity == .error })
    #expect(outcome.idle.isEmpty)
  }

  @Test("Every figure is held against its limit, and one at the limit is allowed", arguments: ThresholdMetric.allCases)
  func metrics(metric: ThresholdMetric) throws {
    let input = try Self.input("a", .q4_K, loss: 0.25, product: 0.5)
    let report = report([input])
    let tensor = try #require(report.tensors.first)
    let figures = try #require(tensor.figures)
    let figure: Double? =
      switch metric {
      case .rmse: figures.rmse
      case .relative: figures.relativeRMSE
      case .nmse: figures.nmse
      case .sqnr: figures.sqnr
      case .cosine: figures.cosine
      case .mean: figures.meanError
      case .max: figures.maximumError
      case .p50: figures.quantiles?.p50
      case .p99: figures.quantiles?.p99
      case .p999: figures.quantiles?.p999
      case .ratio: tensor.usual?.ratio
      case .row: figures.worstRow?.relativeRMSE
      case .product: 0.5
      }
    let value = try #require(figure)
    #expect(value > 0 && value.isFinite)
    #expect(try check("\(metric.rawValue)=\(value)", report: report).findings.isEmpty)
    let stricter = metric.failsBelow ? value.nextUp : value.nextDown
    // No cosine above 1 is taken.
    if metric == .cosine && stricter > 1 { return }
    let found = try check("\(metric.rawValue)=\(stricter)", report: report).findings
    #expect(found.count == 1)
    #expect(found.first?.message.contains(metric.failsBelow ? "is below" : "is above") == true)
  }

  @Test(
    "An offence names the figure, the limit and the rule",
    arguments: [
      ("Q8_0:max=0.01", "largest error 0.0625 is above 0.01 (Q8_0:max=0.01)"),
      ("/out/:sqnr=40", "SQNR 28.7 dB is below 40 dB (/out/:sqnr=40)"),
      ("Q8_0:row=6.2e-2,max=1", "relative RMSE of the worst row 0.0625 is above 6.2e-2 (Q8_0:row=6.2e-2)"),
      ("Q8_0:max=0.06249999", "largest error 0.06250000 is above 0.06249999 (Q8_0:max=0.06249999)"),
    ])
  func sentences(rule: String, expected: String) throws {
    #expect(try check(rule).findings.map(\.message) == [expected])
  }

  @Test("The largest error and the worst row are named by their place")
  func places() throws {
    let found = try check("Q8_0:max=0.01,row=0.01").findings
    #expect(found.map(\.row) == [7, 7])
    #expect(found.map(\.column) == [0, nil])
  }

  @Test("The whole file's figures are those of all compared tensors")
  func wholeFile() throws {
    let report = try Self.sample()
    let relative = try #require(report.whole.figures).relativeRMSE
    #expect(try check("model:relative=\(relative)").findings.isEmpty)
    let found = try check("model:relative=\(relative.nextDown)", "model:max=0.2", "/out/:max=0.01").findings
    #expect(found.map(\.tensor) == ["out", nil, nil])
  }

  @Test("A figure that is not a number breaks every rule", arguments: ThresholdMetric.allCases)
  func notANumber(metric: ThresholdMetric) throws {
    let rule = try #require(try ThresholdParsingTests.parse("\(metric.rawValue)=1").first)
    #expect(rule.isBroken(by: .nan))
    #expect(rule.offence(.nan) == "\(metric.label) is not a number (\(metric.rawValue)=1)")
  }

  @Test("What lost nothing has the best of all figures")
  func nothingLost() throws {
    let weights = (0..<256).map { Float($0) }
    let report = report([try measuredInput("a", .f32, rows: 8, weights)])
    let rules = "rmse=0,relative=0,nmse=0,sqnr=1e300,cosine=1,mean=0,max=0,p50=0,p99=0,p999=0,row=0"
    #expect(try check(rules, report: report).findings.isEmpty)
    #expect(try check(rules, report: report).idle.isEmpty)
  }

  @Test("An infinite loss is above every limit")
  func infinite() throws {
    let zeros = [Float](repeating: 0, count: 256)
    let report = report([try measuredInput("a", .q4_K, zeros, decoded: zeros.map { $0 + 1 })])
    #expect(
      try check("relative=1e300", "sqnr=0", report: report).findings.map(\.message) == [
        "relative RMSE infinite is above 1e300 (relative=1e300)", "SQNR -infinite is below 0 dB (sqnr=0)",
      ])
  }

  @Test(
    "A rule that is about nothing is named",
    arguments: [
      ("Q5_K:max=1", "Q5_K:max=1 decides nothing: no tensor is Q5_K"),
      ("/nothing/:max=1", "/nothing/:max=1 decides nothing: no tensor's name matches"),
      ("I32:max=1", "I32:max=1 decides nothing: no tensor that it is about has a figure for max"),
      ("/ids/:max=1", "/ids/:max=1 decides nothing: no tensor that it is about has a figure for max"),
      ("Q8_0:product=1", "Q8_0:product=1 decides nothing: no tensor that it is about has a figure for product"),
    ])
  func idle(rule: String, expected: String) throws {
    let outcome = try check(rule)
    #expect(outcome.idle == [expected])
    #expect(outcome.findings.isEmpty)
  }

  @Test("A file of integers has no figures of its own")
  func idleWholeFile() throws {
    let outcome = try check("model:max=1", report: report([try integerInput("ids")]))
    #expect(outcome.idle == ["model:max=1 decides nothing: no tensor was compared"])
  }

  @Test("A report that is held against thresholds has their findings among its own")
  func reports() throws {
    var report = try Self.sample()
    #expect(!report.hasErrors)
    let idle = report.check(Thresholds(try ThresholdParsingTests.parse("Q8_0:max=0.01,product=1")))
    #expect(idle.count == 1)
    #expect(report.hasErrors && report.findings.first?.rule == .threshold)
  }
}
