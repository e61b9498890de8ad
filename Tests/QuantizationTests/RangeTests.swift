import Quantization
import TensorCore
import TestSupport
import Testing

/// Where a type's range ends.
@Suite("The largest magnitude")
struct RangeTests {
  @Test(
    "Blocks up to the largest magnitude that every weight may have are finite", arguments: encodedTypes,
    [WeightDistribution.uniform, .positive, .negative, .ternary, .constant, .outliers])
  func withinRange(_ type: ElementType, _ distribution: WeightDistribution) throws {
    let codec = try #require(type.codec)
    let weights = distribution.weights(32 * 256, seed: 41)
    let largest = weights.reduce(0) { max($0, abs($1)) }
    // Every weight at or below the limit, and each block with one that is at it.
    var scaled = weights.map { max(-1, min(1, $0 / largest)) * codec.largestMagnitude }
    for start in stride(from: 0, to: scaled.count, by: 64) {
      scaled[start] = start % 128 == 0 ? codec.largestMagnitude : -codec.largestMagnitude
    }
    let blocks = codec.blocks(of: scaled)
    #expect(codec.firstNonFiniteBlock(in: blocks) == nil, "seed 41")
    #expect(codec.weights(of: blocks).allSatisfy { $0.isFinite }, "seed 41")
  }

  /// As the pages in formats/ give them.
  private static let edges: [(ElementType, UInt32)] = [
    (.f16, 0x477F_EFFF), (.bf16, 0x7F7F_7FFF), (.q8_0, 0x4AFD_F01F), (.q4_0, 0x48FF_EFFF), (.tq1_0, 0x477F_EFFF),
    (.tq2_0, 0x477F_EFFF), (.nf4, 0x477F_EFFF),
    (.q5_0, 0x497F_EFFF), (.q2_0, 0x477F_EFFF),
  ]

  @Test(
    "The last float in range is finite, the next overflows, and its block is the one that is found", arguments: edges)
  func edge(type: ElementType, pattern: UInt32) throws {
    let codec = try #require(type.codec)
    let last = Float(bitPattern: pattern)
    #expect(codec.largestMagnitude <= last)
    for sign in [Float(1), -1] {
      for block in 0..<5 {
        var weights = WeightDistribution.gaussian.weights(5 * type.blockLength, seed: 42)
        let index = block * type.blockLength + type.blockLength / 2
        weights[index] = sign * last
        #expect(codec.firstNonFiniteBlock(in: codec.blocks(of: weights)) == nil)
        weights[index] = sign * last.nextUp
        #expect(codec.firstNonFiniteBlock(in: codec.blocks(of: weights)) == block)
      }
    }
  }

  @Test(
    "With an offset: a single weight's edge, on either side of zero",
    arguments: [(ElementType.q4_1, Float(982_799.94)), (.q5_1, 2_031_119.9)])
  func offset(type: ElementType, highest: Float) throws {
    let codec = try #require(type.codec)
    for (last, next) in [(highest, highest.nextUp), (-65_519.996, Float(-65_519.996).nextDown)] {
      var weights = [Float](repeating: 0, count: 3 * 32)
      weights[32 + 10] = last
      #expect(codec.firstNonFiniteBlock(in: codec.blocks(of: weights)) == nil)
      weights[32 + 10] = next
      #expect(codec.firstNonFiniteBlock(in: codec.blocks(of: weights)) == 1)
    }
  }

  @Test(
    "Where a search or a mean decides: a single weight's edge, on either side of zero",
    arguments: [
      (ElementType.q2_K, Float(-982_799.9375)), (.q2_K, 2_948_400), (.q3_K, -8_386_560), (.q3_K, 8_386_560),
      (.q4_K, -4_127_759.75), (.q5_K, -4_127_759.75), (.q6_K, -268_369_920), (.q6_K, 268_369_920),
      (.iq4_nl, -7_403_760), (.iq4_nl, 7_403_760), (.iq4_xs, -236_920_320), (.iq4_xs, 236_920_320),
      (.q1_0, -8_386_559.5), (.q1_0, 8_386_559.5),
    ])
  func single(type: ElementType, last: Float) throws {
    let codec = try #require(type.codec)
    var weights = [Float](repeating: 0, count: 3 * type.blockLength)
    let index = type.blockLength + type.blockLength / 2 - 3
    weights[index] = last
    #expect(codec.firstNonFiniteBlock(in: codec.blocks(of: weights)) == nil)
    weights[index] = last < 0 ? last.nextDown : last.nextUp
    #expect(codec.firstNonFiniteBlock(in: codec.blocks(of: weights)) == 1)
  }

  /// Not the types without a half: what MXFP4's scales of eight bits do not reach is cut, and so is it in NVFP4.
  @Test(
    "However far beyond the range weights are, they are not made zeros: the block is the one that is found",
    arguments: overflowingTypes.filter { $0.kind == .quantized },
    [Float(1e10), 1e13, 1e15, 1e18, 1e25, 1e30, 1e36, .greatestFiniteMagnitude])
  func farBeyond(_ type: ElementType, _ size: Float) throws {
    let codec = try #require(type.codec)
    for weight in [size, -size] {
      var weights = WeightDistribution.gaussian.weights(3 * 256, seed: 45)
      weights[256 + 100] = weight
      #expect(codec.firstNonFiniteBlock(in: codec.blocks(of: weights)) == (256 + 100) / type.blockLength, "seed 45")
      weights = WeightDistribution.uniform.weights(256, seed: 46).map { $0 * weight }
      #expect(codec.firstNonFiniteBlock(in: codec.blocks(of: weights)) == 0, "seed 46")
      weights = Array(repeating: weight, count: 256)
      #expect(codec.firstNonFiniteBlock(in: codec.blocks(of: weights)) == 0)
    }
  }

  /// A scale and what is added to or subtracted from it.
  private static let typesWithTwoHalves = blockTypes.filter { halfScaleOffsets(of: $0).count == 2 }

  @Test("Of several blocks that are not finite the first is found", arguments: overflowingTypes)
  func first(_ type: ElementType) throws {
    let codec = try #require(type.codec)
    // The exponent of an F32 is in its last two bytes.
    let scale = halfScaleOffsets(of: type).first ?? type.blockBytes - 2
    let good = codec.blocks(of: WeightDistribution.gaussian.weights(6 * type.blockLength, seed: 43))
    #expect(codec.firstNonFiniteBlock(in: good) == nil)
    #expect(codec.firstNonFiniteBlock(in: []) == nil)
    for first in 0..<6 {
      var blocks = good
      for block in first..<6 {
        // All ones in the exponent, of F32 and BF16 as well.
        blocks[block * type.blockBytes + scale] = 0x80
        blocks[block * type.blockBytes + scale + 1] = 0x7F
      }
      #expect(codec.firstNonFiniteBlock(in: blocks) == first, "seed 43")
    }
  }

  @Test("The scale of the minimums, or the offset, counts as well", arguments: typesWithTwoHalves)
  func secondHalf(_ type: ElementType) throws {
    let codec = try #require(type.codec)
    var blocks = codec.blocks(of: WeightDistribution.gaussian.weights(2 * type.blockLength, seed: 44))
    let half = type.blockBytes + halfScaleOffsets(of: type)[1]
    blocks[half + 1] = 0x7C
    blocks[half] = 0
    #expect(codec.firstNonFiniteBlock(in: blocks) == 1, "seed 44")
  }
}
