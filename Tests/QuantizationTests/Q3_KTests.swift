import Quantization
import TensorCore
import TestSupport
import Testing

/// The cases of the superblock: 16 sub-blocks share what their scales count in.
@Suite("Q3_K")
struct Q3_KTests {
  @Test("A sub-block whose scale rounds to zero keeps the codes of the search, and decodes to zeros")
  func scaleBecomesZero() {
    var weights = WeightDistribution.gaussian.weights(256, seed: 91)
    // The second sub-block is so small that its scale is less than half of a thirty-second of the largest.
    for i in 16..<32 { weights[i] = Float(i % 4 - 2) * 0.002 }
    let block = Q3_KCodec.blocks(of: weights)
    #expect(scale(block, 1) == 0)
    // The weight of the largest magnitude, -0.004, has the code 0.
    #expect((16..<32).map { code(block, $0) } == (16..<32).map { [0, 2, 4, 6][$0 % 4] })
    #expect(Q3_KCodec.weights(of: block)[16..<32].allSatisfy { $0 == 0 }, "seed 91")
  }

  @Test("The search changes a code where that betters the whole")
  func refined() {
    // The second sub-block's codes are those of the search, since its scale rounds to zero.
    var weights = [Float](repeating: 0, count: 256)
    (weights[0], weights[16]) = (64, -0.004)
    for i in 17..<24 { weights[i] = 0.0036 }
    weights[24] = -0.0026
    let block = Q3_KCodec.blocks(of: weights)
    #expect(scale(block, 1) == 0)
    // To the nearest, -0.004 would have 0 and 0.0036 7; they are as well off with the same magnitude.
    #expect(code(block, 16) == 1 && code(block, 17) == 7)
  }

  @Test("A sub-block of one value has one code: that of the largest magnitude", arguments: [Float(3), -3])
  func constant(value: Float) {
    var weights = [Float](repeating: 0, count: 256)
    for i in 224..<240 { weights[i] = value }
    let block = Q3_KCodec.blocks(of: weights)
    #expect(scale(block, 14) == -32)
    #expect((224..<240).allSatisfy { code(block, $0) == 0 })
    #expect((half(block, at: 108) < 0) == (value < 0))
    let decoded = Q3_KCodec.weights(of: block)
    #expect(decoded[224..<240].allSatisfy { abs($0 - value) < 0.01 })
    #expect(decoded[..<224].allSatisfy { $0 == 0 })
  }

  @Test("A superblock of weights below 1e-15 is 110 zero bytes, one of a weight of 1e-12 is not")
  func smallest() {
    var weights = [Float](repeating: 0x1.203af8p-50, count: 256)
    #expect(weights[0] < 1e-15)
    #expect(Q3_KCodec.blocks(of: weights) == Array(repeating: 0, count: 110))
    weights[100] = 1e-12
    let block = Q3_KCodec.blocks(of: weights)
    #expect(scale(block, 6) == -32 && scale(block, 0) == 0)
    #expect(half(block, at: 108) == 0)
  }

  @Test("The largest scale is -32, whatever the weights", arguments: WeightDistribution.allCases)
  func fields(_ distribution: WeightDistribution) {
    let weights = distribution.weights(32 * 256, seed: 92)
    let blocks = Q3_KCodec.blocks(of: weights)
    for start in stride(from: 0, to: blocks.count, by: 110) {
      let block = Array(blocks[start..<(start + 110)])
      guard half(block, at: 108) != 0 else { continue }
      #expect((0..<16).map { scale(block, $0) }.min() == -32, "seed 92")
    }
  }

  @Test("Each code and scale stands where formats/q3_k.md says")
  func packing() {
    // All eight codes in each sub-block, in another order in each, under scales of every size.
    let scales: [Int] = (0..<16).map { [-32, 31, -17, 16, 5, -6, 10, -12, 1, 22, -23, 14, -9, 3, 28, -31][$0] }
    let codes: [Int] = (0..<256).map { ($0 % 16 * 3 + $0 / 16) % 8 }
    let weights = (0..<256).map { Float(scales[$0 / 16] * (codes[$0] - 4)) }
    let block = Q3_KCodec.blocks(of: weights)
    #expect((0..<16).map { scale(block, $0) } == scales)
    #expect((0..<256).map { code(block, $0) } == codes)
    #expect(Q3_KCodec.weights(of: block) == weights)
  }

  @Test("Weights whose sums overflow are not zeros, but out of range", arguments: [Float(4e18), 5e18, 1e30, 3e38])
  func sumsOverflow(_ weight: Float) {
    for rest in [Float(0), 1] {
      var weights = [Float](repeating: rest, count: 256)
      weights[77] = -weight
      #expect(!Q3_KCodec.isFinite(Q3_KCodec.blocks(of: weights)))
    }
  }
}

/// The scale of a sub-block, by the tables of formats/q3_k.md.
private func scale(_ block: [UInt8], _ sub: Int) -> Int {
  let low = sub < 8 ? block[96 + sub] & 15 : block[96 + sub - 8] >> 4
  let high = block[104 + sub % 4] >> UInt8(2 * (sub / 4)) & 3
  return Int(low) + 16 * Int(high) - 32
}

/// The code of a weight, by the same page.
private func code(_ block: [UInt8], _ index: Int) -> Int {
  let low = block[32 + index / 128 * 32 + index % 32] >> UInt8(index % 128 / 32 * 2) & 3
  return Int(low) + (block[index % 32] & UInt8(1 << (index / 32)) != 0 ? 4 : 0)
}
