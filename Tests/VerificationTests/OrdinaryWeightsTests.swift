import Foundation
import TestSupport
import Testing

@testable import LossMeasurement

@Suite("The weights that losses are measured on")
struct OrdinaryWeightsTests {
  /// The share of numbers that are below x, of the distribution scaled to the common standard deviation.
  private static func cumulative(_ weights: OrdinaryWeights, _ x: Double) -> Double {
    let x = x / OrdinaryWeights.standardDeviation
    switch weights {
    case .gaussian: return erfc(-x / 2.0.squareRoot()) / 2
    case .laplace:
      let tail = exp(-abs(x) * 2.0.squareRoot()) / 2
      return x < 0 ? tail : 1 - tail
    case .studentT:
      // With 4 degrees of freedom, whose variance is 2, the integral has this closed form.
      let t = x * 2.0.squareRoot()
      let root = (1 + t * t / 4).squareRoot()
      return 0.5 + 0.375 * t / root * (1 - t * t / (12 * root * root))
    }
  }

  @Test(
    "They are distributed as they are called (Kolmogorov-Smirnov, one in a thousand)",
    arguments: OrdinaryWeights.allCases)
  func distribution(weights: OrdinaryWeights) {
    var generator = SeededGenerator(seed: 301)
    var row = [Float](repeating: 0, count: 1 << 16)
    weights.fill(&row, using: &generator)
    row.sort()
    let count = Double(row.count)
    var distance = 0.0
    for (index, weight) in row.enumerated() {
      let share = Self.cumulative(weights, Double(weight))
      distance = max(distance, abs(share - Double(index) / count), abs(share - Double(index + 1) / count))
    }
    #expect(distance < 1.95 / count.squareRoot(), "seed 301")
  }

  /// The bits are those of the same formulas in Python, with its own logarithm.
  @Test(
    "A seed gives the same bits on every machine",
    arguments: [
      (OrdinaryWeights.gaussian, [0x3C21_8F7B, 0xBCD0_40AE, 0x3B19_C3D5, 0x3A39_286E]),
      (.laplace, [0x3BFA_0F81, 0x3CA2_4242, 0x3C77_EA96, 0xBC78_3FB6]),
      (.studentT, [0x3C06_C481, 0xBCB6_CBD7, 0x3AEB_666B, 0x3A03_CC23]),
    ] as [(OrdinaryWeights, [UInt32])])
  func bits(weights: OrdinaryWeights, expected: [UInt32]) {
    var generator = SeededGenerator(seed: 302)
    var row = [Float](repeating: 0, count: 4)
    weights.fill(&row, using: &generator)
    #expect(row.map(\.bitPattern) == expected, "seed 302")
  }

  @Test("The logarithm is within two units in the last place of the C library's")
  func logarithm() {
    var generator = SeededGenerator(seed: 303)
    for _ in 0..<100_000 {
      let number = Double(bitPattern: UInt64.random(in: 1.0.bitPattern >> 1..<2.0.bitPattern, using: &generator))
      let expected = log(number)
      #expect(
        abs(OrdinaryWeights.logarithm(number) - expected) <= 2 * max(expected.ulp, 0x1p-53), "\(number), seed 303")
    }
    #expect(OrdinaryWeights.logarithm(1) == 0)
  }
}
