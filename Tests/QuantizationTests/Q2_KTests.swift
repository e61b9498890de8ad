import Quantization
import TensorCore
import TestSupport
import Testing

/// The cases of the superblock: 16 sub-blocks share what their scales and minimums count in.
@Suite("Q2_K")
struct Q2_KTests {
  @Test("A sub-block whose scale rounds to zero keeps the codes of the search, and decodes to its minimum")
  func scaleBecomesZero() {
    var weights = WeightDistribution.gaussian.weights(256, seed: 111)
    // The second sub-block is so small that its scale is less than half of a fifteenth of the largest.
    for i in 16..<32 { weights[i] = Float(i % 4) * 0.001 }
    let block = Q2_KCodec.blocks(of: weights)
    #expect(pair(block, 1) == (0, 0))
    #expect((16..<32).map { code(block, $0) } == (16..<32).map { $0 % 4 })
    #expect(Q2_KCodec.weights(of: block)[16..<32].allSatisfy { $0 == 0 }, "seed 111")
  }

  @Test("A sub-block of one negative value is its minimum alone")
  func negativeConstant() {
    var weights = WeightDistribution.gaussian.weights(256, seed: 112)
    let lowest = weights.min() ?? 0
    for i in 48..<64 { weights[i] = 3 * lowest }
    let block = Q2_KCodec.blocks(of: weights)
    #expect(pair(block, 3) == (0, 15), "seed 112")
    #expect((48..<64).allSatisfy { code(block, $0) == 0 })
    let decoded = Q2_KCodec.weights(of: block)[48..<64]
    #expect(decoded.allSatisfy { abs($0 - 3 * lowest) <= abs(3 * lowest) * 0x1p-10 }, "seed 112")
  }

  @Test("A sub-block of one positive value has no minimum, and the highest code")
  func positiveConstant() {
    var weights = [Float](repeating: 0, count: 256)
    for i in 240..<256 { weights[i] = 3 }
    let block = Q2_KCodec.blocks(of: weights)
    #expect(pair(block, 15) == (15, 0))
    #expect((240..<256).allSatisfy { code(block, $0) == 3 })
    let decoded = Q2_KCodec.weights(of: block)
    #expect(decoded[240..<256].allSatisfy { abs($0 - 3) < 0.01 })
    #expect(decoded[..<240].allSatisfy { $0 == 0 })
  }

  @Test(
    "Both halves are never negative, and the largest scale and minimum are 15", arguments: WeightDistribution.allCases)
  func fields(_ distribution: WeightDistribution) {
    let weights = distribution.weights(32 * 256, seed: 113)
    let blocks = Q2_KCodec.blocks(of: weights)
    for start in stride(from: 0, to: blocks.count, by: 84) {
      let block = Array(blocks[start..<(start + 84)])
      #expect(half(block, at: 80) >= 0 && half(block, at: 82) >= 0, "seed 113")
      let pairs = (0..<16).map { pair(block, $0) }
      if half(block, at: 80) > 0 { #expect(pairs.map(\.scale).max() == 15, "seed 113") }
      if half(block, at: 82) > 0 { #expect(pairs.map(\.minimum).max() == 15, "seed 113") }
    }
  }

  @Test("Each code, scale and minimum stands where formats/q2_k.md says")
  func packing() {
    // All four codes in each sub-block, in another order in each, under scales and minimums of every size.
    let codes: [Int] = (0..<256).map { ($0 % 16 * 3 + $0 / 16) % 4 }
    let scales: [Int] = (0..<16).map { ($0 * 7 + 8) % 15 + 1 }
    let minimums: [Int] = (0..<16).map { 15 - $0 }
    let weights = (0..<256).map { Float(scales[$0 / 16] * codes[$0] - minimums[$0 / 16]) }
    let block = Q2_KCodec.blocks(of: weights)
    #expect((0..<16).map { pair(block, $0) }.map { Int($0.scale) } == scales)
    #expect((0..<16).map { pair(block, $0) }.map { Int($0.minimum) } == minimums)
    #expect((0..<256).map { code(block, $0) } == codes)
    #expect(Q2_KCodec.weights(of: block) == weights)
  }
}

/// The scale and the minimum of a sub-block, by formats/q2_k.md.
private func pair(_ block: [UInt8], _ sub: Int) -> (scale: UInt8, minimum: UInt8) {
  (block[sub] & 15, block[sub] >> 4)
}

/// The code of a weight, by the same page.
private func code(_ block: [UInt8], _ index: Int) -> Int {
  Int(block[16 + index / 128 * 32 + index % 32] >> UInt8(index % 128 / 32 * 2) & 3)
}
