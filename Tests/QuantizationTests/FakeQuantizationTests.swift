import Quantization
import TensorCore
import TestSupport
import Testing

/// Weights quantized and decoded again, in place.
@Suite("Fake quantization of a span")
struct FakeQuantizationTests {
  static let idempotentTypes = encodedTypes.filter { $0.codec?.isFakeQuantizationIdempotent == true }

  private static func fakeQuantized(_ weights: [Float], _ type: ElementType) throws -> [Float] {
    let codec = try #require(type.codec)
    var weights = weights
    var span = weights.mutableSpan
    try codec.fakeQuantize(&span)
    return weights
  }

  @Test("Is what the blocks decode to", arguments: encodedTypes, WeightDistribution.allCases)
  func isRoundTrip(_ type: ElementType, _ distribution: WeightDistribution) throws {
    let codec = try #require(type.codec)
    let weights = distribution.weights(1024, seed: 31)
    let expected = codec.weights(of: codec.blocks(of: weights))
    #expect(firstDifference(bits(try Self.fakeQuantized(weights, type)), bits(expected)) == nil, "seed 31")
  }

  @Test("Applied twice it changes nothing more", arguments: idempotentTypes, WeightDistribution.allCases)
  func isIdempotent(_ type: ElementType, _ distribution: WeightDistribution) throws {
    for seed in UInt64(32)..<35 {
      let once = try Self.fakeQuantized(distribution.weights(2048, seed: seed), type)
      let twice = try Self.fakeQuantized(once, type)
      #expect(firstDifference(twice, once) == nil, "seed \(seed)")
    }
  }

  @Test(
    "Of the other types it changes some weights again", arguments: Set(encodedTypes).subtracting(idempotentTypes))
  func isNotIdempotent(_ type: ElementType) throws {
    let ordinary = WeightDistribution.gaussian.weights(8192, seed: 41)
    // Q2_K changes them where a group has a few large weights.
    let heavy = WeightDistribution.heavyTails.weights(8192, seed: 41)
    let changes = try [heavy, ordinary, ordinary.map { 1023.9 + $0 / 200 }, ordinary.map { $0 / 200 }].contains {
      weights in
      let once = try Self.fakeQuantized(weights, type)
      return try Self.fakeQuantized(once, type) != once
    }
    #expect(changes, "seed 41")
  }

  @Test("Refuses what it has no blocks for, and leaves it as it was")
  func refusals() throws {
    func refusal(_ weights: [Float]) -> FakeQuantizationError? {
      var changed = weights
      var error: FakeQuantizationError?
      do throws(FakeQuantizationError) {
        var span = changed.mutableSpan
        try Q4_0Codec.fakeQuantize(&span)
      } catch let caught {
        error = caught
      }
      #expect(bits(changed) == bits(weights))
      return error
    }
    var weights = WeightDistribution.gaussian.weights(96, seed: 42)
    #expect(refusal(Array(weights.prefix(33))) == .blocksNotWhole(count: 33, blockLength: 32))
    weights[70] = .infinity
    #expect(refusal(weights) == .notFinite(index: 70))
    weights[70] = .nan
    #expect(refusal(weights) == .notFinite(index: 70))
    weights[70] = 600_000
    #expect(refusal(weights) == .outOfRange(weights: 64..<96))
    #expect(FakeQuantizationError.outOfRange(weights: 64..<96).description.contains("64..<96"))
    var none: [Float] = []
    var span = none.mutableSpan
    try Q4_0Codec.fakeQuantize(&span)
  }
}
