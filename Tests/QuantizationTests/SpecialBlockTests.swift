import Quantization
import TensorCore
import TestSupport
import Testing

/// Blocks in which formulas divide by zero or lose all digits.
@Suite("Blocks of zeros, of one value, and of subnormals")
struct SpecialBlockTests {
  /// For zeros and for negative zeros, the bytes that differ from zero in a block of zeros.
  private static let zeroBlocks: [(ElementType, [UInt8])] = [
    (.q4_0, [0x00, 0x80] + Array(repeating: 0x88, count: 16)),
    (.q5_0, [0x00, 0x80, 0xFF, 0xFF, 0xFF, 0xFF] + Array(repeating: 0, count: 16)),
    (.q8_0, Array(repeating: 0, count: 34)),
    (.q2_K, Array(repeating: 0, count: 84)),
    (.q3_K, Array(repeating: 0, count: 110)),
    (.q4_K, Array(repeating: 0, count: 144)),
    (.q5_K, Array(repeating: 0, count: 176)),
    (.q6_K, Array(repeating: 0, count: 210)),
    (.iq4_nl, [0, 0] + Array(repeating: 0x88, count: 16)),
    (.iq4_xs, [0x00, 0x80, 0xAA, 0xAA, 0, 0, 0, 0] + Array(repeating: 0x88, count: 128)),
    (.tq1_0, Array(repeating: 0x80, count: 48) + [0x7F, 0x7F, 0x7F, 0x7F, 0, 0]),
    (.tq2_0, Array(repeating: 0x55, count: 64) + [0, 0]),
    (.mxfp4, Array(repeating: 0, count: 17)), (.nvfp4, Array(repeating: 0, count: 36)),
    (.q1_0, [0, 0] + Array(repeating: 0xFF, count: 16)), (.q2_0, [0, 0] + Array(repeating: 0x55, count: 16)),
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
    // A scale of -0 makes zeros negative, and so does the code 0 of Q6_K, which stands for -32.
    let negative: [ElementType] = [.q4_0, .q5_0, .q6_K, .iq4_xs]
    let decoded = codec.weights(of: expected)
    #expect(decoded.allSatisfy { $0 == 0 && $0.sign == (negative.contains(type) ? .minus : .plus) })
  }

  @Test(
    "The offset has the sign of the first zero, and what decodes is positive", arguments: [ElementType.q4_1, .q5_1])
  func zeroOffset(_ type: ElementType) throws {
    let codec = try #require(type.codec)
    for (first, others) in [(Float(0), Float(0)), (0, -0.0), (-0.0, 0), (-0.0, -0.0)] {
      let block = codec.blocks(of: [first] + Array(repeating: others, count: 31))
      #expect(block == [0, 0, 0, first.sign == .minus ? 0x80 : 0] + Array(repeating: 0, count: type.blockBytes - 4))
      #expect(codec.weights(of: block).allSatisfy { $0 == 0 && $0.sign == .plus })
    }
  }

  @Test("The float types keep the sign of zero", arguments: [ElementType.f32, .f16, .bf16])
  func signOfZero(_ type: ElementType) throws {
    let codec = try #require(type.codec)
    #expect(bits(codec.weights(of: codec.blocks(of: [0, -0.0]))) == [0, 0x8000_0000])
  }

  /// Not those whose half-precision scale is far smaller than the weights, so that it may be subnormal, and not those of
  /// four-bit floats, whose scales are coarser.
  private static let typesThatKeepAConstant = overflowingTypes.filter { ![.q4_K, .q5_K, .q6_K].contains($0) }

  @Test(
    "A block of one value keeps it but for the rounding of the scale", arguments: typesThatKeepAConstant,
    [Float(1), -1, 0.1, -0.1, 0.01, 60_000])
  func constant(_ type: ElementType, _ value: Float) throws {
    let codec = try #require(type.codec)
    let decoded = codec.weights(of: codec.blocks(of: Array(repeating: value, count: type.blockLength)))
    #expect(Set(decoded).count == 1)
    // IQ4_XS multiplies a scale, which is subnormal here, by up to 32 x 127.
    let subnormal: Float = type == .iq4_xs ? 32 * 127 * 0x1p-25 : 0
    #expect(abs(decoded[0] - value) <= abs(value) * (type == .bf16 ? 0x1p-8 : 0x1p-11) * 1.0001 + subnormal)
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
    "Weights that are subnormal in single precision become zeros, except where the scale reaches down to them",
    arguments: encodedTypes)
  func subnormals(_ type: ElementType) throws {
    let codec = try #require(type.codec)
    let weights = WeightDistribution.subnormal.weights(4 * 256, seed: 52)
    let blocks = codec.blocks(of: weights)
    #expect(codec.firstNonFiniteBlock(in: blocks) == nil)
    let decoded = codec.weights(of: blocks)
    switch type {
    case .f32: #expect(firstDifference(bits(decoded), bits(weights)) == nil, "seed 52")
    // The smallest scale is 2^-127; codes count in halves of it.
    case .mxfp4: #expect(zip(decoded, weights).allSatisfy { abs($0 - $1) <= 0x1p-129 }, "seed 52")
    case .bf16: #expect(zip(decoded, weights).allSatisfy { abs($0 - $1) <= 0x1p-134 }, "seed 52")
    default: #expect(decoded.allSatisfy { $0 == 0 }, "seed 52")
    }
  }

  /// What a scale is the largest weight divided by, and the byte that says how all weights are coded where that has no
  /// reciprocal.
  struct Overflow: CustomStringConvertible {
    let type: ElementType
    let divisor: Float
    let field: Int
    let code: UInt8
    var description: String { type.name }

    init(_ type: ElementType, divisor: Float, field: Int, code: UInt8 = 0) {
      (self.type, self.divisor, self.field, self.code) = (type, divisor, field, code)
    }
  }

  /// The smallest weight with a scale above 2^-128, whose reciprocal is finite, and the next smaller.
  @Test(
    "Where the reciprocal of the scale overflows, every weight has the code of the worked example",
    arguments: [
      Overflow(.q8_0, divisor: 127, field: 2), Overflow(.q4_0, divisor: 8, field: 2),
      Overflow(.q4_1, divisor: 15, field: 4), Overflow(.q5_0, divisor: 16, field: 2),
      Overflow(.q5_1, divisor: 31, field: 8), Overflow(.tq1_0, divisor: 1, field: 0, code: 0x80),
      Overflow(.tq2_0, divisor: 1, field: 0, code: 0x55), Overflow(.q2_0, divisor: 1, field: 2),
    ])
  func reciprocalOverflows(_ overflow: Overflow) throws {
    let codec = try #require(overflow.type.codec)
    var weights = [Float](repeating: 0, count: overflow.type.blockLength)
    let (divisor, field, code) = (overflow.divisor, overflow.field, overflow.code)
    weights[0] = divisor * 0x1p-128
    #expect(codec.blocks(of: weights)[field] == code)
    #expect(codec.weights(of: codec.blocks(of: weights)).allSatisfy { $0 == 0 })
    // A little more, and the codes say what the weights are, although the scale is zero.
    weights[0] = -divisor * (0x1p-128 + 0x1p-140)
    #expect(codec.blocks(of: weights)[field] != code)
    #expect(codec.weights(of: codec.blocks(of: weights)).allSatisfy { $0 == 0 })
  }
}
