import MemoryCheckpoints
import TensorCore
import TestSupport
import Testing

@testable import Inspection

@Suite("What codes of ordinary weights are like")
struct UsualCodesTests {
  /// Types with more than four codes.
  static let types = encodedTypes.filter { ($0.codeAlphabet?.integers.count ?? 0) > 4 }

  private func codes(_ weights: [Float], _ type: ElementType) throws -> CodeFigures {
    let source = MemorySource(
      "t", type, [weights.count / 1024, 1024], payload: payload(of: weights, as: type))
    let figures = try StatisticsPass(source: source, threads: 2).run().tensors.first?.codes
    return try #require(figures)
  }

  @Test("The table is what Gaussian weights give", arguments: types)
  func table(_ type: ElementType) throws {
    let codes = try codes(WeightDistribution.gaussian.weights(1 << 17, seed: 641), type)
    let (share, entropy) = (try #require(codes.saturatedShare), codes.histogram.entropy)
    let usual = UsualCodes.table[type.name]
    #expect(
      abs((usual?.saturated ?? -1) - share) < 0.003 && abs((usual?.entropy ?? -1) - entropy) < 0.02,
      "seed 641, \(type): \(share), \(entropy)")
  }

  @Test("The table has no other types")
  func isComplete() { #expect(Set(UsualCodes.table.keys) == Set(Self.types.map(\.name))) }

  @Test("Weights of two sizes only, and weights that were cut off, are found; ordinary ones are not", arguments: types)
  func findings(_ type: ElementType) throws {
    func rules(_ weights: [Float]) throws -> [StatisticsFinding.Rule] {
      try StatisticsPass(
        source: MemorySource("t", type, [32, 1024], payload: payload(of: weights, as: type)), threads: 1
      ).run().findings.map(\.rule)
    }
    let ordinary = WeightDistribution.gaussian.weights(32 * 1024, seed: 642)
    #expect(try rules(ordinary) == [], "seed 642")
    #expect(try rules(ordinary.map { $0 < 0 ? -1 : 1 }).contains(.unusedCodes))
    #expect(try rules(ordinary.map { max(-0.01, min(0.01, $0)) }).contains(.saturation))
  }
}
