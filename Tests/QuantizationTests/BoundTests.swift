import Quantization
import TensorCore
import TestSupport
import Testing

/// formats/bounds.md: what encoders write is never beyond the bound.
@Suite("What an encoder makes of weights is within the bound")
struct BoundTests {
  /// From weights whose scales are subnormal or zero to the largest that a type takes, in powers of two.
  private static func exponents(_ type: ElementType) throws -> [Int] {
    let largest = try #require(type.codec).largestMagnitude
    // No distribution has weights above 2^16.
    return [-149, -130, -60, -34, -30, -26, -22, -18, -14, -9, -5, -1, 0, 3] + [Int(largest.exponent) - 17]
  }

  @Test("Every distribution, on every scale", arguments: encodedTypes)
  func distributions(_ type: ElementType) throws {
    let codec = try #require(type.codec)
    for (index, distribution) in WeightDistribution.allCases.enumerated() {
      let weights = distribution.weights(512, seed: UInt64(200 + index))
      for exponent in try Self.exponents(type) {
        // In two steps, since no power of two below 2^-149 is a float.
        let scaled = weights.map { Float(sign: .plus, exponent: exponent, significand: 1) * $0 }
        expectWithin(codec, scaled, comment: "\(distribution), seed \(200 + index), times 2^\(exponent)")
      }
    }
  }

  @Test("One weight far from all others, of the largest magnitude that is taken", arguments: encodedTypes)
  func outlier(_ type: ElementType) throws {
    let codec = try #require(type.codec)
    var generator = SeededGenerator(seed: 230)
    for size in [Float(1), 1e-3, 1e-6] {
      for largest in [codec.largestMagnitude, -codec.largestMagnitude, 1, -1] {
        var weights = (0..<256).map { _ in generator.gaussian() * size }
        weights[Int.random(in: 0..<256, using: &generator)] = largest
        expectWithin(codec, weights, comment: "seed 230, \(size), \(largest)")
      }
    }
  }

  @Test("Weights in the middle between two codes, and a little beside it", arguments: encodedTypes)
  func ties(_ type: ElementType) throws {
    let codec = try #require(type.codec)
    var generator = SeededGenerator(seed: 231)
    for levels in [1, 2, 3, 7, 8, 15, 16, 31, 32, 63, 127] {
      for size in [1, 0.1, 0.3333, 1_000] as [Float] {
        let weights = (0..<256).map { _ -> Float in
          let code = Float(Int.random(in: (-levels)..<levels, using: &generator))
          let middle: Float = (code + 0.5) * size / Float(levels)
          let choices: [Float] = [middle, middle.nextUp, middle.nextDown, size, -size]
          return choices[Int.random(in: 0..<5, using: &generator)]
        }
        expectWithin(codec, weights, comment: "seed 231, \(levels), \(size)")
      }
    }
  }

  @Test("With the importance of columns", arguments: importanceTypes)
  func importance(_ type: ElementType) throws {
    let codec = try #require(type.codec as? any ImportanceCodec.Type)
    let rounded: Set<ElementType> = [.q4_0, .q4_1, .q5_0, .q5_1]
    #expect(codec.boundsImportance == !rounded.contains(type))
    guard codec.boundsImportance else { return }
    var generator = SeededGenerator(seed: 232)
    for distribution in WeightDistribution.allCases {
      for kept in [1, 2, 8, 64] {
        let weights = distribution.weights(512, seed: 233)
        let importance = (0..<512).map { _ in
          Int.random(in: 0..<kept, using: &generator) == 0 ? abs(generator.gaussian()) : 0
        }
        expectWithin(
          codec, weights, codec.blocks(of: weights, importance: importance),
          comment: "\(distribution), seeds 232 and 233, 1 of \(kept)")
      }
    }
  }

  @Test("ggml's own blocks", arguments: GoldenTests.types)
  func golden(_ type: ElementType) throws {
    let codec = try #require(type.codec)
    for sample in try GoldenTests.samples(type) {
      expectWithin(codec, sample.weights, sample.blocks, comment: sample.name)
    }
  }

  /// Blocks whose scale overflows are beyond the bound, whoever wrote them.
  private func expectWithin(
    _ codec: any BlockCodec.Type, _ weights: [Float], _ encoded: [UInt8]? = nil, comment: String
  ) {
    let (length, size) = (codec.elementType.blockLength, codec.elementType.blockBytes)
    let blocks = encoded ?? codec.blocks(of: weights)
    for block in 0..<(weights.count / length) {
      let original = Array(weights[(block * length)..<((block + 1) * length)])
      let bytes = Array(blocks[(block * size)..<((block + 1) * size)])
      let found = codec.firstWeightBeyondBound(original, bytes)
      if codec.isFinite(bytes) {
        #expect(found == nil, "\(comment), block \(block)")
      } else {
        #expect(found != nil, "\(comment), block \(block), which is not finite")
      }
    }
  }
}
