import Quantization
import TensorCore
import TestSupport
import Testing

/// The cases of the superblock: 8 sub-blocks share what their scales and minimums count in.
@Suite("Q4_K")
struct Q4_KTests {
  @Test("A sub-block whose scale rounds to zero keeps the codes of the search, and decodes to its minimum")
  func scaleBecomesZero() {
    var weights = WeightDistribution.gaussian.weights(256, seed: 61)
    // The second sub-block is so small that its scale is less than half of a sixty-third of the largest.
    for i in 32..<64 { weights[i] = Float(i % 4) * 0.001 }
    let block = Q4_KCodec.blocks(of: weights)
    #expect(sixBitPair(block, 1).scale == 0)
    #expect(sixBitPair(block, 1).minimum == 0)
    let codes = (0..<32).map { block[16 + $0] >> 4 }
    #expect(codes == (32..<64).map { [0, 5, 10, 15][$0 % 4] })
    #expect(Q4_KCodec.weights(of: block)[32..<64].allSatisfy { $0 == 0 })
  }

  @Test("A sub-block of one negative value is its minimum alone")
  func negativeConstant() {
    var weights = WeightDistribution.gaussian.weights(256, seed: 62)
    let lowest = weights.min() ?? 0
    for i in 96..<128 { weights[i] = 2 * lowest }
    let block = Q4_KCodec.blocks(of: weights)
    #expect(sixBitPair(block, 3).scale == 0)
    #expect(sixBitPair(block, 3).minimum == 63, "seed 62")
    #expect((0..<32).allSatisfy { block[16 + 32 + $0] >> 4 == 0 })
    let decoded = Q4_KCodec.weights(of: block)[96..<128]
    #expect(decoded.allSatisfy { abs($0 - 2 * lowest) <= abs(2 * lowest) * 0x1p-10 }, "seed 62")
  }

  @Test("A sub-block of one positive value has no minimum, and one code")
  func positiveConstant() {
    var weights = [Float](repeating: 0, count: 256)
    for i in 224..<256 { weights[i] = 3 }
    let block = Q4_KCodec.blocks(of: weights)
    #expect(sixBitPair(block, 7).scale == 63)
    #expect(sixBitPair(block, 7).minimum == 0)
    let codes = Set((0..<32).map { block[16 + 96 + $0] >> 4 })
    #expect(codes.count == 1 && codes != [0])
    let decoded = Q4_KCodec.weights(of: block)
    #expect(decoded[224..<256].allSatisfy { abs($0 - 3) < 0.01 })
    #expect(decoded[..<224].allSatisfy { $0 == 0 })
  }

  @Test("A superblock of zeros is 144 zero bytes")
  func zeros() {
    #expect(Q4_KCodec.blocks(of: Array(repeating: 0, count: 256)) == Array(repeating: 0, count: 144))
  }

  @Test("All weights positive: no minimum is larger than a step, and what decodes stays above zero")
  func positive() {
    let weights = WeightDistribution.positive.weights(256, seed: 63)
    let block = Q4_KCodec.blocks(of: weights)
    #expect(half(block, at: 0) > 0 && half(block, at: 2) < half(block, at: 0), "seed 63")
    #expect((0..<8).allSatisfy { sixBitPair(block, $0).scale > 50 }, "seed 63")
    #expect(Q4_KCodec.weights(of: block).allSatisfy { $0 > 0 }, "seed 63")
  }

  @Test("All weights negative: a minimum in every sub-block, and what decodes stays below zero")
  func negative() {
    let weights = WeightDistribution.negative.weights(256, seed: 64)
    let block = Q4_KCodec.blocks(of: weights)
    #expect(half(block, at: 2) > 0, "seed 64")
    #expect((0..<8).allSatisfy { sixBitPair(block, $0).minimum > 50 }, "seed 64")
    #expect(Q4_KCodec.weights(of: block).allSatisfy { $0 < 0 }, "seed 64")
  }

  @Test(
    "Both halves are never negative, and the largest scale and minimum are 63", arguments: WeightDistribution.allCases)
  func fields(_ distribution: WeightDistribution) {
    let weights = distribution.weights(32 * 256, seed: 65)
    let blocks = Q4_KCodec.blocks(of: weights)
    for start in stride(from: 0, to: blocks.count, by: 144) {
      let block = Array(blocks[start..<(start + 144)])
      #expect(half(block, at: 0) >= 0 && half(block, at: 2) >= 0, "seed 65")
      let pairs = (0..<8).map { sixBitPair(block, $0) }
      if half(block, at: 0) > 0 { #expect(pairs.map(\.scale).max() == 63, "seed 65") }
      if half(block, at: 2) > 0 { #expect(pairs.map(\.minimum).max() == 63, "seed 65") }
    }
  }

  @Test("The twelve bytes hold each sub-block's scale and minimum where formats/q4_k.md says")
  func packing() {
    for sub in 0..<8 {
      // One sub-block with a scale and a minimum, the others zeros.
      var weights = [Float](repeating: 0, count: 256)
      for i in 0..<32 { weights[sub * 32 + i] = Float(i) - 16 }
      let block = Q4_KCodec.blocks(of: weights)
      for other in 0..<8 {
        let expected: (UInt8, UInt8) = other == sub ? (63, 63) : (0, 0)
        #expect(sixBitPair(block, other) == expected, "sub-block \(sub)")
      }
    }
  }
}

/// A sub-block's six-bit numbers in a block of Q4_K or Q5_K, by the table of formats/q4_k.md.
func sixBitPair(_ block: [UInt8], _ sub: Int) -> (scale: UInt8, minimum: UInt8) {
  let bytes = Array(block[4..<16])
  if sub < 4 { return (bytes[sub] & 63, bytes[sub + 4] & 63) }
  return (bytes[sub + 4] & 15 | (bytes[sub - 4] >> 6) << 4, bytes[sub + 4] >> 4 | (bytes[sub] >> 6) << 4)
}
