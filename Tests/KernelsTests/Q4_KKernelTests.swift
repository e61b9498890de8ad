import KernelComparison
import Quantization
import TensorCore
import TestSupport
import Testing

/// Superblocks in which Q4_K's kernel leaves the way that ordinary weights take.
@Suite("Kernels of Q4_K")
struct Q4_KKernelTests {
  @Test("A sub-block whose scale quantizes to zero keeps the codes of the search")
  func scaleQuantizesToZero() throws {
    for small in 0..<8 {
      var weights = KernelWeights.gaussian.weights(9 * 256, seed: UInt64(131 + small)).map { 50 * $0 }
      for superblock in 0..<9 {
        // So small that the scale is less than half of a sixty-third of the largest.
        for i in 0..<32 { weights[superblock * 256 + small * 32 + i] = Float(i % 4) * 0.001 }
      }
      try expectEqual(weights) { block in
        #expect(Self.pair(block, small) == (0, 0))
        #expect(Self.codes(block, small).max() == 15)
      }
    }
  }

  @Test("The scale is not zero, but its product with the rounded half is")
  func productBecomesZero() throws {
    // d rounds to zero in half precision: every sub-block keeps the codes of the search.
    let weights = KernelWeights.gaussian.weights(9 * 256, seed: 141).map { $0 * 0x1p-22 }
    try expectEqual(weights) { block in
      #expect(block[0] == 0 && block[1] == 0)
      #expect(Self.pair(block, 0).scale > 0)
      #expect(Self.codes(block, 0).max() == 15)
    }
  }

  @Test(
    "Sub-blocks of one value, of either sign, beside ordinary ones", arguments: [Float(3), -3, 0.01, -0.01, 0, -0.0])
  func constantSubBlocks(_ value: Float) throws {
    for constant in 0..<8 {
      var weights = KernelWeights.gaussian.weights(9 * 256, seed: UInt64(142 + constant)).map { 50 * $0 }
      for superblock in 0..<9 {
        for i in 0..<32 { weights[superblock * 256 + constant * 32 + i] = value }
      }
      try expectEqual(weights) { block in
        #expect(Set(Self.codes(block, constant)).count == 1)
        if value <= 0 { #expect(Self.pair(block, constant).scale == 0) }
      }
    }
  }

  @Test("Superblocks in which every sub-block has one value of its own")
  func onlyConstants() throws {
    var random = SeededGenerator(seed: 151)
    let weights = (0..<(9 * 8)).flatMap { _ in Array(repeating: random.gaussian(), count: 32) }
    try expectEqual(weights) { block in
      for sub in 0..<8 { #expect(Set(Self.codes(block, sub)).count == 1) }
    }
  }

  @Test("Superblocks of zeros of either sign are zero bytes, alone and among others")
  func zeroSuperblocks() throws {
    try expectEqual(Array(repeating: 0, count: 9 * 256)) { #expect($0 == Array(repeating: 0, count: 144)) }
    try expectEqual(Array(repeating: -0.0, count: 9 * 256)) { #expect($0 == Array(repeating: 0, count: 144)) }
    for zero in 0..<9 {
      var weights = KernelWeights.gaussian.weights(9 * 256, seed: 152)
      for i in 0..<256 { weights[zero * 256 + i] = i % 3 == 0 ? -0.0 : 0 }
      var superblock = 0
      try expectEqual(weights) { block in
        #expect(block.allSatisfy { $0 == 0 } == (superblock == zero), "seed 152, superblock \(superblock)")
        superblock += 1
      }
    }
  }

  @Test("A sub-block of a narrow range far from zero, for which the fast rounding is not trusted")
  func narrowRange() throws {
    // The bound on the products passes 2^21, and with it all lanes of the group round the slow way.
    for odd in 0..<8 {
      var weights = KernelWeights.gaussian.weights(9 * 256, seed: UInt64(161 + odd))
      for superblock in 0..<9 {
        for i in 0..<32 {
          weights[superblock * 256 + odd * 32 + i] = -(1_000_000 + Float(i % 2) * 0.0625)
        }
      }
      try expectEqual(weights) { _ in }
    }
  }

  /// Every set's bytes are the codec's, and each superblock is the case that the test is about.
  private func expectEqual(_ weights: [Float], _ check: ([UInt8]) -> Void) throws {
    let codec = try #require(ElementType.q4_K.codec)
    let expected = Scalar.blocks(codec, of: weights)
    for start in stride(from: 0, to: expected.count, by: 144) { check(Array(expected[start..<(start + 144)])) }
    for kernel in KernelUnderTest.all(of: .q4_K) {
      let difference = kernel.encodingDifference(weights, expected)
      #expect(difference == nil)
    }
  }

  /// A sub-block's six-bit numbers, by the table of formats/q4_k.md.
  private static func pair(_ block: [UInt8], _ sub: Int) -> (scale: UInt8, minimum: UInt8) {
    let bytes = Array(block[4..<16])
    if sub < 4 { return (bytes[sub] & 63, bytes[sub + 4] & 63) }
    return (bytes[sub + 4] & 15 | (bytes[sub - 4] >> 6) << 4, bytes[sub + 4] >> 4 | (bytes[sub] >> 6) << 4)
  }

  private static func codes(_ block: [UInt8], _ sub: Int) -> [UInt8] {
    block[(16 + sub / 2 * 32)..<(48 + sub / 2 * 32)].map { sub % 2 == 0 ? $0 & 15 : $0 >> 4 }
  }
}
