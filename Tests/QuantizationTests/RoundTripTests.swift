import Quantization
import TensorCore
import TestSupport
import Testing

/// What is kept exactly.
@Suite("Encoding what was decoded")
struct RoundTripTests {
  @Test("Every finite half, and every finite bfloat16, comes back", arguments: [ElementType.f16, .bf16])
  func halves(_ type: ElementType) throws {
    let codec = try #require(type.codec)
    var blocks: [UInt8] = []
    for pattern in UInt16.min...UInt16.max {
      let bytes = [UInt8(pattern & 0xFF), UInt8(pattern >> 8)]
      if codec.isFinite(bytes) { blocks += bytes }
    }
    #expect(blocks.count == 2 * (65_536 - (type == .f16 ? 2_048 : 256)))
    #expect(firstDifference(codec.blocks(of: codec.weights(of: blocks)), blocks) == nil)
  }

  @Test("An infinity becomes itself again, NaN a NaN", arguments: [ElementType.f32, .f16, .bf16])
  func infinitiesAndNaN(_ type: ElementType) throws {
    let codec = try #require(type.codec)
    let weights = codec.weights(of: codec.blocks(of: [.infinity, -.infinity, .nan, -.nan]))
    #expect(weights[0] == .infinity && weights[1] == -.infinity)
    #expect(weights[2].isNaN && weights[3].isNaN)
    #expect(codec.firstNonFiniteBlock(in: codec.blocks(of: [1, 2, .nan])) == 2)
  }

  /// The largest code stands for a whole multiple of the scale, so that the same scale is found again. Q4_K searches for
  /// its scales, and finds others.
  @Test(
    "The blocks of decoded weights are the same blocks",
    arguments: [ElementType.q8_0, .q4_0, .q5_0, .nf4, .tq1_0, .tq2_0, .mxfp4, .q1_0, .q2_0],
    [WeightDistribution.gaussian, .uniform, .heavyTails, .outliers, .ternary, .positive, .negative, .constant, .zeros])
  func idempotent(_ type: ElementType, _ distribution: WeightDistribution) throws {
    let codec = try #require(type.codec)
    let blocks = codec.blocks(of: distribution.weights(16 * 256, seed: 31))
    let different = firstDifference(codec.blocks(of: codec.weights(of: blocks)), blocks)
    #expect(different == nil, "seed 31, block \((different ?? 0) / type.blockBytes)")
  }

  @Test("Weights that are ternary already are kept", arguments: [ElementType.tq1_0, .tq2_0, .q2_0, .nf4])
  func ternary(_ type: ElementType) throws {
    let codec = try #require(type.codec)
    let weights = WeightDistribution.ternary.weights(16 * 256, seed: 32)
    #expect(firstDifference(codec.weights(of: codec.blocks(of: weights)), weights) == nil, "seed 32")
  }

  @Test("Q4_0 keeps them but for the opposite of the first, which would need a ninth step")
  func ternaryInQ4_0() {
    let weights: [Float] = [0.75, -0.75, 0, 0.75] + Array(repeating: 0, count: 28)
    let decoded = Q4_0Codec.weights(of: Q4_0Codec.blocks(of: weights))
    #expect(decoded.prefix(4) == [0.75, -0.75 * 7 / 8, 0, 0.75])
  }

  @Test("Each five digits of TQ1_0 are unpacked from the byte that packs them")
  func everyTernaryByte() {
    // 243 groups of five digits, 32 bytes of five digits a block.
    for first in stride(from: 0, to: 243, by: 32) {
      var weights = [Float](repeating: 0, count: 256)
      for m in 0..<32 {
        var value = min(first + m, 242)
        for n in (0..<5).reversed() {
          weights[n * 32 + m] = Float(value % 3 - 1) * 0.5
          value /= 3
        }
      }
      weights[255] = 0.5
      #expect(
        firstDifference(TQ1_0Codec.weights(of: TQ1_0Codec.blocks(of: weights)), weights) == nil, "from \(first) on")
    }
  }

  @Test(
    "F64 is rounded once, ties to even",
    arguments: [
      (0x1p-150, Float(0)), (0x1.8p-149, 0x1p-148), (1 + 0x1p-24, 1), (1 + 0x1.8p-23, 1 + 0x1p-22), (1e300, .infinity),
      (3.5e38, .infinity), (-0.0, -0.0), (3.4028235677973366e38, .infinity), (3.4028235677973362e38, 0x1.fffffep127),
    ])
  func double(value: Double, expected: Float) {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: value.bitPattern)
    #expect(bits(F64Decoder.weights(of: bytes)) == [expected.bitPattern])
  }
}
