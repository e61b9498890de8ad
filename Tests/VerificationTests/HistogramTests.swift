import Kernels
import TestSupport
import Testing
import Verification

@Suite("Errors by size")
struct HistogramTests {
  @Test("A quantile is within 0.8 % of the error of that rank", arguments: WeightDistribution.allCases)
  func quantiles(kind: WeightDistribution) {
    let original = kind.weights(5_000, seed: 460)
    var generator = SeededGenerator(seed: 461)
    let decoded = original.map { $0 * Float.random(in: 0.9...1.1, using: &generator) }
    let errors = zip(original, decoded).map { Double(abs($1 - $0)) }.sorted()
    let shares = [0.001, 0.25, 0.5, 0.99, 0.999, 1]
    for (share, quantile) in zip(shares, histogram(original, decoded).quantiles(shares)) {
      let exact = errors[Int((share * 5_000).rounded(.up)) - 1]
      // Subnormal numbers have fewer digits.
      #expect(abs(quantile - exact) <= max(exact / 128, 0x1p-133), "\(share), seeds 460 and 461")
    }
  }

  @Test("Errors of zero are in a class of their own")
  func zeros() {
    #expect(histogram([1, 2, 3, 4], [1, 2, 3, 5]).quantiles([0.75, 0.76]) == [0, 1 + 1.0 / 128])
    #expect(histogram([1], [1]).quantiles([0.5, 1]) == [0, 0])
    #expect(ErrorHistogram().quantiles([0.5, 1]) == [0, 0])
  }

  @Test("Infinite errors are the largest")
  func infinite() {
    #expect(histogram([0, 0, 0], [.infinity, 1, 1]).quantiles([1]) == [.infinity])
  }

  @Test("An emptied histogram is as good as a new one")
  func emptied() {
    var used = histogram([1, 2, 3], [1.5, 2, 30])
    used.removeAll()
    #expect(used.quantiles([0.5, 1]) == [0, 0])
    var errors = ErrorCounts()
    let weights: [Float] = [1, 1]
    let decoded: [Float] = [1, 2]
    _ = KernelSet.fastest.measure(original: weights.span, decoded: decoded.span, blockLength: 0, errors: &errors)
    used.add(&errors)
    #expect(used.quantiles([0.5, 1]) == [0, 1 + 1.0 / 128])
  }

  @Test("Relative to the tensor, an error is in the eighth of an octave that it is in")
  func relative() {
    // Errors of 1 + 1/128 (the middle of the class of 1), 2 + 1/64 and 0, at a root mean square of 1 and of 2^10.
    var one = RelativeHistogram()
    one.add(histogram([0, 0, 0], [1, 2, 0]), rms: 1)
    #expect(one.zeros == 1)
    #expect(
      Dictionary(uniqueKeysWithValues: one.counts.enumerated().filter { $1 > 0 }.map { ($0, $1) }) == [192: 1, 200: 1])
    var small = RelativeHistogram()
    small.add(histogram([0], [1]), rms: 0x1p10)
    #expect(small.counts.firstIndex(of: 1) == 112)
    // Below and above all classes.
    var extremes = RelativeHistogram()
    extremes.add(histogram([0], [1]), rms: 0x1p60)
    extremes.add(histogram([0], [1]), rms: 0)
    #expect(extremes.counts.first == 1 && extremes.counts.last == 1)
  }
}
