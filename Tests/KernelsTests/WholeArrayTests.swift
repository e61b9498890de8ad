import Kernels
import TestSupport
import Testing

/// What the sets do with weights of no type.
@Suite("Kernels that look at weights")
struct WholeArrayTests {
  @Test("One weight that is not finite is found wherever it stands", arguments: KernelSet.supported.map(\.name))
  func allFinite(_ name: String) throws {
    let set = try #require(KernelSet.named(name))
    for count in 0...70 {
      var weights = KernelWeights.nearLargest.weights(count, seed: 191)
      let areFinite = set.allFinite(weights.span)
      #expect(areFinite)
      for place in weights.indices {
        for odd in [Float.infinity, -.infinity, .nan, Float(bitPattern: 0xFF80_0001), Float(bitPattern: 0x7FFF_FFFF)] {
          let before = weights[place]
          weights[place] = odd
          let found = !set.allFinite(weights.span)
          #expect(found, "\(odd) at \(place) of \(count)")
          weights[place] = before
        }
      }
    }
  }

  @Test("Figures are those of sixteen sums, to the last bit", arguments: KernelSet.supported.map(\.name))
  func measure(_ name: String) throws {
    let set = try #require(KernelSet.named(name))
    for kind in KernelWeights.allCases {
      for count in [0, 1, 2, 15, 16, 17, 31, 32, 33, 63, 64, 65, 1_000, 4_096] {
        let original = kind.weights(count, seed: 192)
        var random = SeededGenerator(seed: 193)
        let decoded = original.map { $0 * Float.random(in: 0.9...1, using: &random) }
        let figures = set.measure(original: original.span, decoded: decoded.span)
        let expected = Self.figures(original, decoded)
        #expect(figures.squaredError.bitPattern == expected.squaredError.bitPattern, "\(kind), \(count)")
        #expect(figures.squaredSignal.bitPattern == expected.squaredSignal.bitPattern, "\(kind), \(count)")
        #expect(figures.largestError.bitPattern == expected.largestError.bitPattern, "\(kind), \(count)")
      }
    }
  }

  private static func figures(
    _ original: [Float], _ decoded: [Float]
  ) -> (squaredError: Double, squaredSignal: Double, largestError: Double) {
    var errors = [Double](repeating: 0, count: 16)
    var signals = errors
    var largest = 0.0
    for (index, pair) in zip(original, decoded).enumerated() {
      let difference = Double(pair.1) - Double(pair.0)
      errors[index % 16] += difference * difference
      signals[index % 16] += Double(pair.0) * Double(pair.0)
      largest = max(largest, abs(difference))
    }
    return (errors.reduce(0, +), signals.reduce(0, +), largest)
  }
}
