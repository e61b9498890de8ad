import Quantization
import TensorCore
import TestSupport
import Testing

/// formats/bounds.md: what no encoder writes is found.
@Suite("What no encoder can have made of weights is beyond the bound")
struct BoundViolationTests {
  @Test("The block of other weights", arguments: encodedTypes)
  func otherWeights(_ type: ElementType) throws {
    let codec = try #require(type.codec)
    let length = type.blockLength
    let weights = WeightDistribution.gaussian.weights(33 * length, seed: 240)
    let blocks = codec.blocks(of: Array(weights[length...]))
    let found = codec.blocksBeyondBound(Array(weights[..<(32 * length)]), blocks)
    #expect(found.count == 32 && found.first == 0, "seed 240")
  }

  @Test("One code that is not the weight's, in the second of three blocks", arguments: blockTypes)
  func otherCode(_ type: ElementType) throws {
    let codec = try #require(type.codec)
    let length = type.blockLength
    // The weight of the largest magnitude has other codes than its opposite.
    var weights = (0..<(3 * length)).map { Float($0 % length) / Float(length) - 0.5 }
    let blocks = codec.blocks(of: weights)
    #expect(codec.blocksBeyondBound(weights, blocks).count == 0)
    weights[length] = -weights[length]
    let found = codec.blocksBeyondBound(weights, blocks)
    #expect(found.count == 1 && found.first == 1)
    let second = codec.firstWeightBeyondBound(
      Array(weights[length..<(2 * length)]), Array(blocks[type.blockBytes..<(2 * type.blockBytes)]))
    let weight = try #require(second)
    #expect(weight.original == 0.5 && weight.decoded == codec.weights(of: blocks)[length])
    #expect(weight.error > weight.bound && weight.bound.isFinite)
  }

  @Test("Weights that are not finite", arguments: encodedTypes, [Float.nan, .infinity, -.infinity])
  func nonFiniteWeights(_ type: ElementType, _ value: Float) throws {
    let codec = try #require(type.codec)
    var weights = WeightDistribution.gaussian.weights(type.blockLength, seed: 241)
    let block = codec.blocks(of: weights)
    weights[type.blockLength / 2] = value
    let beyond = codec.firstWeightBeyondBound(weights, block)
    let found = try #require(beyond, "seed 241")
    #expect(!(found.error <= found.bound) && !found.error.isFinite)
  }

  @Test("Scales that are not finite, whatever the weights", arguments: encodedTypes)
  func nonFiniteScales(_ type: ElementType) throws {
    let codec = try #require(type.codec)
    let offsets = type == .mxfp4 ? [0] : halfScaleOffsets(of: type)
    for distribution in [WeightDistribution.gaussian, .zeros, .constant, .subnormal] {
      let weights = distribution.weights(type.blockLength, seed: 242)
      for offset in offsets {
        for high: UInt8 in type == .mxfp4 ? [0xFF] : [0x7C, 0xFC, 0x7E, 0xFE] {
          var block = codec.blocks(of: weights)
          block[offset + (type == .mxfp4 ? 0 : 1)] = high
          let isFinite = codec.isFinite(block)
          #expect(!isFinite)
          let found = codec.firstWeightBeyondBound(weights, block)
          #expect(found != nil, "\(distribution), seed 242, offset \(offset), \(high)")
        }
      }
    }
  }

  /// Types whose scale is searched for have blocks whose codes stand for zero alone, whatever the weights are.
  @Test("A block of zero bytes, where the scale follows from the weights", arguments: encodedTypes)
  func zeroBytes(_ type: ElementType) throws {
    let codec = try #require(type.codec)
    let weights = WeightDistribution.gaussian.weights(type.blockLength, seed: 243)
    let block = [UInt8](repeating: 0, count: type.blockBytes)
    let searched: Set<ElementType> = [.q2_K, .q3_K, .q4_K, .q5_K, .q6_K, .iq4_nl, .iq4_xs]
    let found = codec.firstWeightBeyondBound(weights, block)
    #expect((found == nil) == searched.contains(type), "seed 243")
  }

  /// In thousandths of all bits; bits that change no weight are among those that are not found.
  @Test(
    "Flipped bits of blocks of Gaussian weights",
    arguments: [
      (ElementType.f32, 1000), (.f16, 1000), (.bf16, 999), (.q4_0, 999), (.q4_1, 996), (.q5_0, 1000), (.q5_1, 995),
      (.q8_0, 998), (.q3_K, 988), (.q2_K, 983), (.q4_K, 997), (.q5_K, 1000), (.iq4_nl, 969), (.q6_K, 996),
      (.iq4_xs, 994), (.tq1_0, 988), (.mxfp4, 982), (.tq2_0, 999), (.q1_0, 1000), (.nvfp4, 973), (.q2_0, 1000),
      (.nf4, 998),
    ])
  func flips(_ type: ElementType, atLeast floor: Int) throws {
    let codec = try #require(type.codec)
    let (length, size) = (type.blockLength, type.blockBytes)
    let count = max(2, 512 / length)
    let weights = WeightDistribution.gaussian.weights(count * length, seed: 244)
    let blocks = codec.blocks(of: weights)
    var found = 0
    for block in 0..<count {
      let original = Array(weights[(block * length)..<((block + 1) * length)])
      var bytes = Array(blocks[(block * size)..<((block + 1) * size)])
      for bit in 0..<(8 * size) {
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        if codec.firstWeightBeyondBound(original, bytes) != nil { found += 1 }
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      }
    }
    #expect(found * 1000 >= floor * count * 8 * size, "seed 244: \(found) of \(count * 8 * size)")
  }
}
