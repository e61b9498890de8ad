import Quantization
import TensorCore
import TestSupport
import Testing

/// Blocks in which formulas divide by zero or lose all digits.
@Suite("Blocks of zeros, of one value, and of subnormals")
struct SpecialBlockTests {
  /// For zeros and for negative zeros, the bytes that differ from zero in a block of zeros.
  private static let zeroBlocks: [(ElementType, [UInt8])] = [
    (.q8_0, Array(repeating: 0, count: 34)),
    (.q4_0, [0x00, 0x80] + Array(repeating: 0x88, count: 16)),
    (.q2_K, Array(repeating: 0, count: 84)),
    (.q3_K, Array(repeating: 0, count: 110)),
    (.q4_K, Array(repeating: 0, count: 144)),
    (.q5_K, Array(repeating: 0, count: 176)),
    (.q6_K, Array(repeating: 0, count: 210)),
    (.tq1_0, Array(repeating: 0x80, count: 48) + [0x7F, 0x7F, 0x7F, 0x7F, 0, 0]),
    (.tq2_0, Array(repeating: 0x55, count: 64) + [0, 0]),
    (.nf4, [0, 0] + Array(repeating: 0x77, count: 32)),
  ]

  @Test("Zeros of either sign", arguments: zeroBlocks)
  func zeros(type: ElementType, expected: [UInt8]) throws {
    let codec = try #require(type.codec)
    for distribution in [WeightDistribution.zeros, .negativeZeros] {
      let block = codec.blocks(of: distribution.weights(type.blockLength, seed: 0))
      #expect(block == expected, "\(distribution)")
      #expect(codec.firstNonFiniteBlock(in: block) == nil)
    }
    // Q4_0's scale of -0 makes its zeros negative, and so does the code 0 of Q6_K, which stands for -32.
    let negative: [ElementType] = [.q4_0, .q6_K]
    let decoded = codec.weights(of: expected)
    #expect(decoded.allSatisfy { $0 == 0 && $0.sign == (negative.contains(type) ? .minus : .plus) })
  }

  @Test("The float types keep the sign of zero", arguments: [ElementType.f32, .f16, .bf16])
  func signOfZero(_ type: ElementType) throws {
    let codec = try #require(type.codec)
    #expect(bits(codec.weights(of: codec.blocks(of: [0, -0.0]))) == [0, 0x8000_0000])
  }

  /// Not those whose half-precision scale is far smaller than the weights, so that it may be subnormal.
  private static let typesThatKeepAConstant = encodedTypes.filter { ![.q4_K, .q5_K, .q6_K].contains($0) }

  @Test(
    "A block of one value keeps it but for the rounding of the scale", arguments: typesThatKeepAConstant,
    [Float(1), -1, 0.1, -0.1, 0.01, 60_000])
  func constant(_ type: ElementType, _ value: Float) throws {
    let codec = try #require(type.codec)
    let decoded = codec.weights(of: codec.blocks(of: Array(repeating: value, count: type.blockLength)))
    #expect(Set(decoded).count == 1)
    #expect(abs(decoded[0] - value) <= abs(value) * (type == .bf16 ? 0x1p-8 : 0x1p-11) * 1.0001)
  }

  @Test("Weights that are subnormal in half precision", arguments: encodedTypes)
  func halfSubnormals(_ type: ElementType) throws {
    let codec = try #require(type.codec)
    let weights = WeightDistribution.halfSubnormal.weights(4 * 256, seed: 51)
    let blocks = codec.blocks(of: weights)
    #expect(codec.firstNonFiniteBlock(in: blocks) == nil)
    let decoded = codec.weights(of: blocks)
    // No decoded weight is larger than the largest of all, but for the rounding of a subnormal scale, and a scale of few
    // codes that is better for the others.
    let roundedScale: Float = 128 * 0x1p-25
    let searched: Float = type == .q2_K || type == .q3_K ? 1.3 : 1
    #expect(decoded.allSatisfy { abs($0) <= searched * 1023 * 0x1p-24 + roundedScale }, "seed 51")
    if type == .f32 || type == .f16 { #expect(firstDifference(decoded, weights) == nil, "seed 51") }
  }

  @Test(
    "Weights that are subnormal in single precision become zeros where a half holds the scale", arguments: encodedTypes)
  func subnormals(_ type: ElementType) throws {
    let codec = try #require(type.codec)
    let weights = WeightDistribution.subnormal.weights(4 * 256, seed: 52)
    let blocks = codec.blocks(of: weights)
    #expect(codec.firstNonFiniteBlock(in: blocks) == nil)
    let decoded = codec.weights(of: blocks)
    switch type {
    case .f32: #expect(firstDifference(bits(decoded), bits(weights)) == nil, "seed 52")
    case .bf16: #expect(zip(decoded, weights).allSatisfy { abs($0 - $1) <= 0x1p-134 }, "seed 52")
    default: #expect(decoded.allSatisfy { $0 == 0 }, "seed 52")
    }
  }

  /// The smallest weight with a scale above 2^-128, whose reciprocal is finite, and the next smaller.
  @Test(
    "Where the reciprocal of the scale overflows, every weight has the code of the worked example",
    arguments: [(ElementType.q8_0, Float(127), UInt8(0)), (.q4_0, 8, 0), (.tq1_0, 1, 0x80), (.tq2_0, 1, 0x55)])
  func reciprocalOverflows(type: ElementType, divisor: Float, code: UInt8) throws {
    let codec = try #require(type.codec)
    var weights = [Float](repeating: 0, count: type.blockLength)
    let field = type == .q8_0 || type == .q4_0 ? 2 : 0
    weights[0] = divisor * 0x1p-128
    #expect(codec.blocks(of: weights)[field] == code)
    #expect(codec.weights(of: codec.blocks(of: weights)).allSatisfy { $0 == 0 })
    // A little more, and the codes say what the weights are, although the scale is zero.
    weights[0] = -divisor * (0x1p-128 + 0x1p-140)
    #expect(codec.blocks(of: weights)[field] != code)
    #expect(codec.weights(of: codec.blocks(of: weights)).allSatisfy { $0 == 0 })
  }
}
