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

  @Test("Weights of two values only are found, and ordinary ones are not", arguments: types)
  func findings(_ type: ElementType) throws {
    let ordinary = WeightDistribution.gaussian.weights(32 * 1024, seed: 642)
    #expect(try rules(ordinary, type) == [], "seed 642")
    #expect(try rules(ordinary.map { $0 < 0 ? -1 : 1 }, type).contains(.unusedCodes))
  }

  @Test("Weights that were cut off are found", arguments: [ElementType.q8_0, .q4_0, .q4_1, .q5_0, .q4_K, .q5_K, .nf4])
  func saturation(_ type: ElementType) throws {
    let cut = WeightDistribution.gaussian.weights(32 * 1024, seed: 643).map { max(-0.2, min(0.2, $0)) }
    #expect(try rules(cut, type).contains(.saturation), "seed 643")
  }

  private func rules(_ weights: [Float], _ type: ElementType) throws -> [StatisticsFinding.Rule] {
    let source = MemorySource("t", type, [32, 1024], payload: payload(of: weights, as: type))
    return try StatisticsPass(source: source, threads: 1).run().findings.map(\.rule)
  }
}
