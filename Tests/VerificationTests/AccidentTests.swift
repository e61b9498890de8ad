import TensorCore
import TestSupport
import Testing
import Verification

@Suite("The classic accidents")
struct AccidentTests {
  private static let gaussian = WeightDistribution.gaussian.weights(4 * 256, seed: 321)

  /// What is found in one tensor.
  private func findings(
    _ type: ElementType, rows: Int = 4, _ weights: [Float], decoded: [Float]? = nil, beside: [Finding] = []
  ) throws -> [Finding] {
    report([try measuredInput("a", type, rows: rows, weights, decoded: decoded)], findings: beside).findings
  }

  @Test(
    "Ordinary weights in a type for them are no accident",
    arguments: [ElementType.f32, .f16, .q8_0, .q4_K, .q2_K, .nf4])
  func ordinary(type: ElementType) throws { #expect(try findings(type, Self.gaussian).isEmpty) }

  @Test(
    "A type for few values is warned of where the weights have others",
    arguments: [
      (ElementType.tq1_0, "-1, 0 or 1"), (.tq2_0, "-1, 0 or 1"), (.q2_0, "-1, 0 or 1"), (.q1_0, "-1 or 1"),
    ])
  func notTernary(type: ElementType, values: String) throws {
    let found = try findings(type, Self.gaussian)
    #expect(found.map(\.rule) == [.notTernary])
    #expect(found.map(\.severity) == [.warning])
    #expect(found.first?.tensor == "a")
    #expect(
      found.first?.message.hasPrefix("the weights (4 rows) are not \(values) times a scale, as \(type.name) expects: ")
        == true)
    #expect(found.first?.message.contains("give the tensor another type") == true)
  }

  @Test("Ternary weights are what ternary types are for", arguments: [ElementType.tq1_0, .tq2_0, .q2_0])
  func ternary(type: ElementType) throws {
    let weights = WeightDistribution.ternary.weights(4 * 256, seed: 322).map { $0 * 0.0371 }
    #expect(try findings(type, weights).isEmpty, "seed 322")
  }

  @Test("Binary weights are what Q1_0 is for, and ternary ones are not")
  func binary() throws {
    let weights = WeightDistribution.ternary.weights(4 * 256, seed: 322)
    #expect(try findings(.q1_0, weights.map { $0 < 0 ? -0.0371 : 0.0371 }).isEmpty)
    #expect(try findings(.q1_0, weights).map(\.rule) == [.notTernary], "seed 322")
  }

  @Test("All weights zero: said once, and not of rows", arguments: [ElementType.f32, .q4_K, .tq1_0])
  func allZero(type: ElementType) throws {
    let found = try findings(type, [Float](repeating: 0, count: 1024))
    #expect(found.map(\.rule) == [.allZero])
    #expect(
      found.first?.message
        == "all 1024 weights of the source are zero: look whether it was saved before it was trained or loaded")
    #expect(found.first?.severity == .warning)
  }

  @Test("Dead rows are counted, and the first is named")
  func deadRows() throws {
    var weights = Self.gaussian
    for index in 256..<512 { weights[index] = 0 }
    let one = try findings(.q4_K, weights)
    #expect(one.map(\.rule) == [.deadRows])
    #expect(one.first?.row == 1)
    #expect(one.first?.message.hasPrefix("1 of 4 rows is all zero in the source, row 1: look whether") == true)
    for index in 768..<1024 { weights[index] = -0.0 }
    let two = try findings(.q4_K, weights)
    #expect(two.map(\.rule) == [.deadRows])
    #expect(two.first?.message.hasPrefix("2 of 4 rows are all zero in the source, the first of them row 1: ") == true)
  }

  @Test("Rows that are all equal")
  func equalRows() throws {
    let row = Array(Self.gaussian[..<256])
    let found =
      try findings(.q8_0, row + row + row)
      + findings(.q8_0, rows: 1, row)
    #expect(found.isEmpty, "three rows as four, and one row")
    let equal = try findings(.q8_0, rows: 3, row + row + row)
    #expect(equal.map(\.rule) == [.equalRows])
    #expect(
      equal.first?.message.hasPrefix("all 3 rows are equal in the source: look whether it was initialized") == true)
    var other = row + row + row
    other[700] = other[700].nextUp
    #expect(try findings(.q8_0, rows: 3, other).isEmpty)
  }

  @Test(
    "A tensor whose weights were set aside as not finite is not said to be zero",
    arguments: [Finding.Rule.notFinite, .sourceNotFinite])
  func notFinite(rule: Finding.Rule) throws {
    let zeros = [Float](repeating: 0, count: 1024)
    let beside = Finding(rule, tensor: "a", "is not finite")
    #expect(try findings(.q4_K, zeros, beside: [beside]) == [beside])
    let elsewhere = Finding(rule, tensor: "b", "is not finite")
    #expect(try findings(.q4_K, zeros, beside: [elsewhere]).map(\.rule) == [rule, .allZero])
  }

  @Test("Twice the highest of the usual losses is reported, less is not")
  func unusualLoss() throws {
    let limit = VerificationReport.Usual.reportedFactor * 0.08667
    /// Weights of 1 and -1 that all lost the same.
    func losing(_ loss: Double) throws -> [Finding] {
      let weights = (0..<1024).map { $0 % 3 == 0 ? Float(1) : -1 }
      return try findings(.q4_K, weights, decoded: weights.map { $0 * Float(1 + loss) })
    }
    #expect(try losing(0.99 * limit).isEmpty)
    let found = try losing(1.01 * limit)
    #expect(found.map(\.rule) == [.unusualLoss])
    #expect(found.map(\.severity) == [.warning])
    #expect(
      found.first?.message
        == "loses 2.5 times what Q4_K loses on ordinary weights (relative RMSE 0.175 over 4 rows, 0.0713 to 0.0867 is "
        + "ordinary): look at its largest weights, and whether it was quantized twice, or give it a type with more bits"
    )
  }

  @Test("Zeros that became something")
  func zerosLost() throws {
    let found = try findings(
      .q4_K, [Float](repeating: 0, count: 1024), decoded: [Float](repeating: 0.5, count: 1024))
    #expect(found.map(\.rule) == [.allZero, .unusualLoss])
    #expect(
      found.last?.message == "all 4 rows of the source are zero, and not those of the file: convert it again")
  }

  @Test("Errors come before warnings, each in the order of the file")
  func order() throws {
    let zeros = [Float](repeating: 0, count: 256)
    let inputs = try ["b", "a"].map { try measuredInput($0, .q8_0, zeros) }
    let missing = Finding(.missingTensor, tensor: "c", "is missing")
    var report = report(inputs, findings: [Finding(.shape, .warning, tensor: "x", "?"), missing])
    #expect(report.findings.map(\.tensor) == ["c", "x", "b", "a"])
    report.add([Finding(.threshold, tensor: "d", "is above")])
    #expect(report.findings.map(\.tensor) == ["c", "d", "x", "b", "a"])
  }

  @Test("Integers are no accident")
  func integers() throws { #expect(report([try integerInput("a")]).findings.isEmpty) }
}
