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
    "K-quants: the edge of a single weight among zeros, on either side of zero",
    arguments: [
      (ElementType.q4_K, Float(-4_127_759.75)), (.q5_K, -4_127_759.75), (.q2_K, -982_799.9375), (.q2_K, 2_948_400),
      (.q3_K, -8_386_560), (.q3_K, 8_386_560),
      (.q6_K, -268_369_920), (.q6_K, 268_369_920),
    ])
  func alone(type: ElementType, last: Float) throws {
    let codec = try #require(type.codec)
    var weights = [Float](repeating: 0, count: 3 * 256)
    weights[256 + 100] = last
    #expect(codec.firstNonFiniteBlock(in: codec.blocks(of: weights)) == nil)
    weights[256 + 100] = last < 0 ? last.nextDown : last.nextUp
    #expect(codec.firstNonFiniteBlock(in: codec.blocks(of: weights)) == 1)
  }

  @Test(
    "However far beyond the range, it is found", arguments: blockTypes, [Float(1e10), 1e13, 1e18, 1e25, 1e30, 3e38])
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

  @Test("Of several blocks that are not finite the first is found", arguments: encodedTypes)
  func first(_ type: ElementType) throws {
    let codec = try #require(type.codec)
    let scale = scaleOffsets(of: type).first ?? (type == .f32 ? 2 : 0)
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

  @Test("The scale of the minimums counts as well", arguments: blockTypes.filter { scaleOffsets(of: $0).count == 2 })
  func secondScale(_ type: ElementType) throws {
    let codec = try #require(type.codec)
    var blocks = codec.blocks(of: WeightDistribution.gaussian.weights(2 * 256, seed: 44))
    let scale = type.blockBytes + scaleOffsets(of: type)[1]
    blocks[scale + 1] = 0x7C
    blocks[scale] = 0
    #expect(codec.firstNonFiniteBlock(in: blocks) == 1, "seed 44")
  }
}
