import Kernels
import TestSupport
import Testing
import Verification

@Suite("The error of a round trip")
struct RoundTripErrorTests {
  private func error(_ original: [Float], _ decoded: [Float]) -> RoundTripError {
    RoundTripError(original: original.span, decoded: decoded.span)
  }

  @Test(
    "Weight i goes into sum i mod 16, in every set of kernels", arguments: KernelSet.all.map(\.name),
    [0, 1, 2, 15, 16, 17, 31, 1_000])
  func sums(set: String, count: Int) throws {
    let original = WeightDistribution.gaussian.weights(count, seed: 71)
    let decoded = WeightDistribution.gaussian.weights(count, seed: 72)
    let error = RoundTripError(
      original: original.span, decoded: decoded.span, kernels: try #require(KernelSet.named(set)))
    let differences = zip(original, decoded).map { Double($1) - Double($0) }
    /// The terms' sixteen sums, added in order.
    func sum(_ terms: [Double]) -> Double {
      var sums = [Double](repeating: 0, count: 16)
      for (index, term) in terms.enumerated() { sums[index % 16] += term }
      return sums.reduce(0, +)
    }
    #expect(error.count == count)
    #expect(error.squaredError == sum(differences.map { $0 * $0 }), "seeds 71 and 72")
    #expect(error.squaredSignal == sum(original.map { Double($0) * Double($0) }))
    #expect(error.maximumError == differences.map(abs).max() ?? 0)
    #expect(error.isFinite)
    guard count > 0 else { return }
    #expect(error.rmse == (error.squaredError / Double(count)).squareRoot())
    #expect(error.relativeRMSE == (error.squaredError / error.squaredSignal).squareRoot())
  }

  @Test("One value that is not finite shows", arguments: [Float.nan, .infinity, -.infinity], [0, 7, 16, 20])
  func notFinite(value: Float, index: Int) {
    var decoded = [Float](repeating: 1, count: 21)
    decoded[index] = value
    #expect(!error([Float](repeating: 1, count: 21), decoded).isFinite)
  }

  @Test("Small numbers by hand")
  func byHand() {
    let error = self.error([3, -4, 0, 0], [3, -2, 1, 0])
    #expect(error.squaredError == 5)
    #expect(error.squaredSignal == 25)
    #expect(error.maximumError == 2)
    #expect(error.rmse == (5.0 / 4).squareRoot())
    #expect(error.relativeRMSE == (5.0 / 25).squareRoot())
  }

  @Test("The largest error counts whichever its sign, and wherever it stands", arguments: [0, 1, 2], [Float(2), -2])
  func maximum(index: Int, difference: Float) {
    var decoded: [Float] = [1.5, 1, 1]
    decoded[index] = 1 + difference
    #expect(error([1, 1, 1], decoded).maximumError == 2)
  }

  @Test("Parts added in their order are the whole, for values whose sums are exact", arguments: [1, 7, 64, 100, 999])
  func parts(length: Int) {
    // Multiples of 1/8 below 8: squares and sums are exact in any order.
    var generator = SeededGenerator(seed: 73)
    let original = (0..<1_000).map { _ in Float(Int.random(in: -63...63, using: &generator)) / 8 }
    let decoded = (0..<1_000).map { _ in Float(Int.random(in: -63...63, using: &generator)) / 8 }
    var sum = RoundTripError()
    for start in stride(from: 0, to: 1_000, by: length) {
      let range = start..<min(1_000, start + length)
      sum.add(error(Array(original[range]), Array(decoded[range])))
    }
    #expect(sum == error(original, decoded), "seed 73")
  }

  @Test("The same parts in the same order give the same bits")
  func order() {
    let parts = (0..<50).map { part in
      let original = WeightDistribution.heavyTails.weights(64, seed: UInt64(100 + part))
      return error(original, original.map { $0 * 1.01 })
    }
    func total() -> RoundTripError { parts.reduce(into: RoundTripError()) { $0.add($1) } }
    #expect(total() == total())
    #expect(total().count == 3_200)
    #expect(total().maximumError == parts.map(\.maximumError).max())
  }

  @Test("No weights have lost nothing")
  func empty() {
    for error in [RoundTripError(), self.error([], [])] {
      #expect(error.count == 0)
      #expect(error.rmse == 0)
      #expect(error.relativeRMSE == 0)
    }
  }

  @Test(
    "Weights that were kept have lost nothing, zeros too", arguments: [[Float](repeating: 0, count: 4), [1, -2, 3]])
  func kept(weights: [Float]) {
    let error = self.error(weights, weights)
    #expect(error.count == weights.count)
    #expect(error.rmse == 0 && error.relativeRMSE == 0 && error.maximumError == 0)
  }

  @Test("Zeros that became something have lost infinitely much of themselves")
  func zerosLost() {
    let error = self.error([0, 0], [0, 0.5])
    #expect(error.relativeRMSE == .infinity)
    #expect(error.rmse == (0.25 / 2).squareRoot())
  }

  @Test("A weight that became zero has lost all of itself")
  func allLost() {
    #expect(error([2, -3], [0, 0]).relativeRMSE == 1)
  }

  @Test("Squares that overflow or vanish in single precision are summed in double")
  func extremes() {
    let large = error([3e38], [-3e38])
    #expect(large.relativeRMSE == 2)
    #expect(large.maximumError.isFinite && large.squaredError.isFinite)
    let small = error([0x1p-140], [0])
    #expect(small.relativeRMSE == 1)
    #expect(small.rmse == 0x1p-140)
  }
}
