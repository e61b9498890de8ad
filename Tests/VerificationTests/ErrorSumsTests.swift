import Kernels
import TensorCore
import TestSupport
import Testing

@testable import Verification

@Suite("The sums of what weights lost")
struct ErrorSumsTests {
  @Test("Figures of small numbers by hand")
  func byHand() {
    let sums = sums([3, -4, 0, 0], [3, -2, 1, 0])
    #expect(sums.count == 4)
    #expect(sums.squaredError == 5)
    #expect(sums.maximumError == 2)
    #expect(sums.rms == 2.5)
    #expect(sums.rmse == 1.25.squareRoot())
    #expect(sums.meanError == 0.75)
    #expect(sums.nmse == 0.2)
    #expect(sums.relativeRMSE == 0.2.squareRoot())
    #expect(sums.cosine == 17 / (5 * 14.0.squareRoot()))
    #expect(abs(ErrorFigures(sums).sqnr - 6.9897000433601880478) < 1e-14)
  }

  @Test("The figures are those of plain sums", arguments: KernelSet.all.map(\.name), [1, 31, 1_000, 50_000])
  func plain(set: String, count: Int) throws {
    let original = WeightDistribution.gaussian.weights(count, seed: 71)
    let decoded = WeightDistribution.gaussian.weights(count, seed: 72)
    let sums = loss(original, decoded, rowLength: count, kernels: try #require(KernelSet.named(set))).sums
    let pairs = zip(original, decoded).map { (Double($0), Double($1)) }
    func near(_ value: Double, _ expected: Double) -> Bool { abs(value - expected) <= 1e-12 * abs(expected) }
    let (xx, yy, xy) = pairs.reduce(into: (0.0, 0.0, 0.0)) { sums, pair in
      sums.0 += pair.0 * pair.0
      sums.1 += pair.1 * pair.1
      sums.2 += pair.0 * pair.1
    }
    let errors = pairs.map { $1 - $0 }
    #expect(near(sums.squaredError, errors.reduce(0) { $0 + $1 * $1 }), "seeds 71 and 72")
    #expect(near(sums.meanError, errors.reduce(0) { $0 + abs($1) } / Double(count)))
    #expect(near(sums.rms, (xx / Double(count)).squareRoot()))
    #expect(abs(sums.cosine - xy / (xx * yy).squareRoot()) <= 1e-12)
    #expect(sums.maximumError == errors.map(abs).max())
  }

  @Test("One value that is not finite shows", arguments: [Float.nan, .infinity, -.infinity], [0, 7, 16, 20])
  func notFinite(value: Float, index: Int) {
    var decoded = [Float](repeating: 1, count: 21)
    let ones = decoded
    #expect(sums(ones, decoded).isFinite)
    decoded[index] = value
    #expect(!sums(ones, decoded).isFinite)
    #expect(!sums(decoded, ones).isFinite)
  }

  @Test("Parts added in their order are the whole, for values whose sums are exact", arguments: [1, 7, 64, 100, 999])
  func parts(length: Int) {
    // Multiples of 1/8 below 8: squares and sums are exact in any order.
    var generator = SeededGenerator(seed: 73)
    let original = (0..<1_000).map { _ in Float(Int.random(in: -63...63, using: &generator)) / 8 }
    let decoded = (0..<1_000).map { _ in Float(Int.random(in: -63...63, using: &generator)) / 8 }
    var sum = ErrorSums()
    for start in stride(from: 0, to: 1_000, by: length) {
      let range = start..<min(1_000, start + length)
      sum.add(sums(Array(original[range]), Array(decoded[range])))
    }
    let whole = sums(original, decoded)
    #expect(sum.count == whole.count, "seed 73")
    #expect(sum.squaredError == whole.squaredError)
    #expect(sum.rms == whole.rms && sum.meanError == whole.meanError && sum.cosine == whole.cosine)
    #expect(sum.maximumError == whole.maximumError)
  }

  @Test("A million small terms are not lost beside a large one")
  func compensation() {
    var sum = ErrorSums()
    sum.add(sums([0], [0x1p30]))
    let small = sums([0], [0x1p-1])
    for _ in 0..<1_000_000 { sum.add(small) }
    // In plain double precision 2^60 swallows 0.25.
    #expect(sum.squaredError == 0x1p60 + 250_000)
  }

  @Test("A tensor that lost infinitely much of itself makes the mean infinite, not a number")
  func infinite() {
    var sum = CompensatedSum()
    for term in [1, .infinity, 2] { sum.add(term) }
    var sums = CompensatedSum()
    sums.add(sum)
    sums.add(sum)
    #expect(sum.value == .infinity && sums.value == .infinity)
    sum.add(.nan)
    #expect(sum.value.isNaN)
  }

  @Test("No weights have lost nothing, and point the same way")
  func empty() {
    for sums in [ErrorSums(), sums([], [])] {
      #expect(sums.count == 0 && sums.rmse == 0 && sums.relativeRMSE == 0 && sums.meanError == 0 && sums.rms == 0)
      #expect(sums.cosine == 1)
      #expect(ErrorFigures(sums).sqnr == .infinity)
    }
  }

  @Test(
    "Weights that were kept have lost nothing, zeros too", arguments: [[Float](repeating: 0, count: 4), [1, -2, 3]])
  func kept(weights: [Float]) {
    let sums = sums(weights, weights)
    #expect(sums.count == weights.count)
    #expect(sums.rmse == 0 && sums.relativeRMSE == 0 && sums.maximumError == 0)
    #expect(sums.cosine == 1)
  }

  @Test("Zeros that became something have lost infinitely much of themselves, and all direction")
  func zerosLost() {
    let sums = sums([0, 0], [0, 0.5])
    #expect(sums.relativeRMSE == .infinity)
    #expect(sums.rmse == (0.25 / 2).squareRoot())
    #expect(sums.cosine == 0)
    #expect(ErrorFigures(sums).sqnr == -.infinity)
  }

  @Test("Weights that became zero have lost all of themselves")
  func allLost() {
    let sums = sums([2, -3], [0, 0])
    #expect(sums.relativeRMSE == 1 && sums.cosine == 0)
    #expect(ErrorFigures(sums).sqnr == 0)
  }

  @Test("Squares that overflow or vanish in single precision are summed in double")
  func extremes() {
    let large = sums([3e38], [-3e38])
    #expect(large.relativeRMSE == 2 && large.cosine == -1)
    #expect(large.isFinite)
    let small = sums([0x1p-140], [0])
    #expect(small.relativeRMSE == 1)
    #expect(small.rmse == 0x1p-140)
  }
}
