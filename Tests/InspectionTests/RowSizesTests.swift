import Checkpoints
import MemoryCheckpoints
import TensorCore
import TestSupport
import Testing

@testable import Inspection

@Suite("Rows that are far from the others")
struct RowSizesTests {
  private func rows(_ weights: [Float], _ dimensions: [Int], threads: Int = 2) throws -> RowFigures? {
    try StatisticsPass(source: MemorySource("t", dimensions, weights: weights), threads: threads).run()
      .tensors.first?.rows
  }

  /// Gaussian rows, of which some are so many times as large.
  private func weights(_ count: Int, of length: Int, seed: UInt64, _ factors: [Int: Float]) -> [Float] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).flatMap { row in (0..<length).map { _ in random.gaussian() * (factors[row] ?? 1) } }
  }

  @Test("Rows far larger or smaller are found, with their largest weight")
  func outliers() throws {
    let weights = weights(5_000, of: 64, seed: 621, [17: 10, 4_999: 0.05, 300: 0])
    let rows = try #require(try rows(weights, [5_000, 64]))
    #expect(rows.count == 5_000 && rows.zeroRows == 1 && rows.notFiniteRows == 0, "seed 621")
    #expect(rows.outlierCount == 2 && rows.outliers.map(\.row) == [4_999, 17])
    #expect(abs(rows.medianRMS - 1) < 0.02)
    let row = weights[(17 * 64)..<(18 * 64)].map { Double($0) }
    let outlier = try #require(rows.outliers.last)
    #expect(outlier.largestMagnitude == row.map(\.magnitude).max())
    #expect(abs(outlier.rms - (row.reduce(0) { $0 + $1 * $1 } / 64).squareRoot()) < 1e-12)
  }

  @Test("Ordinary rows have no outliers, and many keep the furthest twenty")
  func counts() throws {
    #expect(try rows(weights(600, of: 100, seed: 622, [:]), [600, 100])?.outlierCount == 0)
    let factors = Dictionary(uniqueKeysWithValues: (0..<60).map { ($0 * 7, Float($0 + 20)) })
    let rows = try #require(try rows(weights(600, of: 100, seed: 623, factors), [600, 100]))
    #expect(rows.outlierCount == 60 && rows.outliers.count == 20, "seed 623")
    #expect(Set(rows.outliers.map(\.row)).isSubset(of: factors.keys))
    #expect(rows.outliers.allSatisfy { $0.rms > 40 })
  }

  @Test("Among few rows no one is an outlier, and only those that are very far are odd")
  func few() throws {
    #expect(try rows(weights(31, of: 64, seed: 628, [3: 100]), [31, 64])?.outlierCount == 0, "seed 628")
    #expect(try rows(weights(32, of: 64, seed: 628, [3: 100]), [32, 64])?.outlierCount == 1, "seed 628")
    for (factor, isOdd) in [(Float(4), false), (100, true), (0.2, false), (0.01, true)] {
      let source = MemorySource("t", [200, 64], weights: weights(200, of: 64, seed: 629, [3: factor]))
      let findings = try StatisticsPass(source: source, threads: 1).run().findings
      #expect(findings.contains { $0.rule == .outlierRows } == isOdd, "seed 629, \(factor)")
    }
  }

  @Test("Rows longer than a chunk are put together")
  func longRows() throws {
    let length = (1 << 19) + 77
    var weights = weights(3, of: length, seed: 624, [1: 100])
    weights[2 * length + 5] = .nan
    let rows = try #require(try rows(weights, [3, length]))
    #expect(rows.count == 3 && rows.notFiniteRows == 1, "seed 624")
    // Of two rows the lower is the median.
    #expect(abs(rows.medianRMS - 1) < 0.02)
  }

  @Test("One row, and rows of a few weights, are not compared")
  func noRows() throws {
    #expect(try rows(weights(1, of: 4_096, seed: 625, [:]), [4_096]) == nil)
    #expect(try rows(weights(500, of: 31, seed: 626, [:]), [500, 31]) == nil)
    #expect(try rows(weights(500, of: 32, seed: 627, [:]), [500, 32])?.count == 500)
  }
}
