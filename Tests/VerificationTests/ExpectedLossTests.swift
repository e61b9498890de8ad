import LossMeasurement
import Quantization
import TensorCore
import TestSupport
import Testing
import Verification

@Suite("What types lose on ordinary weights")
struct ExpectedLossTests {
  @Test("Every type that can be written has an expectation, but F32")
  func everyType() {
    for type in ElementType.allCases {
      #expect((ExpectedLoss.of(type) != nil) == (type.codec != nil && type != .f32), "\(type)")
    }
  }

  /// Other weights than those of the table, and fewer: 2^18.
  ///
  /// What may differ is five standard errors of the smaller sample and what four digits cannot say. Those errors are
  /// estimated from the sample itself, from its 64 rows.
  @Test("A measurement with another seed gives the figures of the table", arguments: OrdinaryWeights.allCases)
  func measurement(weights: OrdinaryWeights) throws {
    let losses = measureLosses(on: weights, rows: (1 << 18) / measuredRowLength, seed: 311)
    for type in measuredTypes {
      let expected = try #require(ExpectedLoss.of(type))
      let figure =
        switch weights {
        case .gaussian: expected.gaussian
        case .laplace: expected.laplace
        case .studentT: expected.studentT
        }
      let loss = try #require(losses[type])
      let tolerance = 5 * loss.standardError + 1e-3 * figure
      #expect(abs(loss.relativeRMSE - figure) <= tolerance, "\(type) on \(weights), seed 311")
      // So that the comparison can fail: a figure of another type, or of another distribution, is further off.
      #expect(tolerance < 0.05 * figure, "\(type) on \(weights), seed 311")
    }
  }

  @Test("The page has the figures of the table")
  func page() throws {
    let page = String(decoding: try Repository.bytes("formats/expected-losses.md"), as: UTF8.self)
    let rows = try measuredTypes.map { type -> LossTable.Row in
      let expected = try #require(ExpectedLoss.of(type))
      return (type, expected.gaussian, expected.laplace, expected.studentT)
    }
    #expect(LossTable.table(of: page) == LossTable(rows).markdown)
  }

  @Test("The program that writes the table replaces the first one of a page, and nothing else")
  func replacing() {
    let page = "# A\n\n| a |\n| - |\n\nb\n\n| c |\n"
    #expect(LossTable.replacingTable(of: page, with: "| x |\n") == "# A\n\n| x |\n\nb\n\n| c |\n")
    #expect(LossTable.table(of: page) == "| a |\n| - |\n")
    #expect(LossTable.replacingTable(of: page, with: LossTable.table(of: page)) == page)
  }

  @Test("The lowest and the highest are of the three")
  func range() throws {
    let nvfp4 = try #require(ExpectedLoss.of(.nvfp4))
    #expect(nvfp4.lowest == nvfp4.studentT && nvfp4.highest == nvfp4.gaussian)
    let q4_0 = try #require(ExpectedLoss.of(.q4_0))
    #expect(q4_0.lowest == q4_0.gaussian && q4_0.highest == q4_0.studentT)
  }

  @Test(
    "A loss is judged by the range of the three losses and a margin",
    arguments: [
      (0.0, "nothing is lost"), (0.0648, "less than usual for Q4_K"), (0.0649, "usual for Q4_K"),
      (0.07132, "usual for Q4_K"), (0.0953, "usual for Q4_K"),
      (0.0954, "1.3 times what Q4_K loses on ordinary weights: look at this tensor"),
      (0.2211, "3.1 times what Q4_K loses on ordinary weights: look at this tensor"),
      (1, "14 times what Q4_K loses on ordinary weights: look at this tensor"),
      (.infinity, "Q4_K loses nothing of zeros, and this is not zero: look at this tensor"),
    ])
  func verdict(loss: Double, expected: String) throws {
    let usual = try #require(VerificationReport.Usual(.q4_K, relativeRMSE: loss))
    #expect(usual.verdict == expected)
    #expect(usual.ratio == loss / 0.07132)
    #expect((usual.gaussian, usual.lowest, usual.highest) == (0.07132, 0.07132, 0.08667))
  }

  @Test("A type of which nothing is known has no verdict", arguments: [ElementType.f32, .q8_K, .i8])
  func unknown(type: ElementType) { #expect(VerificationReport.Usual(type, relativeRMSE: 0.1) == nil) }
}
