import Quantization
import TensorCore
import TestSupport
import Testing

/// The cases of the superblock, which is that of Q4_K, and where the fifth bits stand.
@Suite("Q5_K")
struct Q5_KTests {
  @Test("A sub-block whose scale rounds to zero keeps the codes of the search, and decodes to its minimum")
  func scaleBecomesZero() {
    var weights = WeightDistribution.gaussian.weights(256, seed: 81)
    for i in 32..<64 { weights[i] = Float(i % 4) * 0.001 }
    let block = Q5_KCodec.blocks(of: weights)
    #expect(sixBitPair(block, 1) == (0, 0))
    // 31 codes over three thousandths: 0, 10.3, 20.7 and 31.
    #expect((32..<64).map { code(block, $0) } == (32..<64).map { [0, 10, 21, 31][$0 % 4] })
    #expect(Q5_KCodec.weights(of: block)[32..<64].allSatisfy { $0 == 0 }, "seed 81")
  }

  @Test("A sub-block of one negative value is its minimum alone")
  func negativeConstant() {
    var weights = WeightDistribution.gaussian.weights(256, seed: 82)
    let lowest = weights.min() ?? 0
    for i in 96..<128 { weights[i] = 2 * lowest }
    let block = Q5_KCodec.blocks(of: weights)
    #expect(sixBitPair(block, 3) == (0, 63), "seed 82")
    #expect((96..<128).allSatisfy { code(block, $0) == 0 })
    let decoded = Q5_KCodec.weights(of: block)[96..<128]
    #expect(decoded.allSatisfy { abs($0 - 2 * lowest) <= abs(2 * lowest) * 0x1p-10 }, "seed 82")
  }

  @Test("A sub-block of one positive value has no minimum, and one code")
  func positiveConstant() {
    var weights = [Float](repeating: 0, count: 256)
    for i in 224..<256 { weights[i] = 3 }
    let block = Q5_KCodec.blocks(of: weights)
    #expect(sixBitPair(block, 7) == (63, 0))
    let codes = Set((224..<256).map { code(block, $0) })
    #expect(codes.count == 1 && codes != [0])
    let decoded = Q5_KCodec.weights(of: block)
    #expect(decoded[224..<256].allSatisfy { abs($0 - 3) < 0.01 })
    #expect(decoded[..<224].allSatisfy { $0 == 0 })
  }

  @Test(
    "Both halves are never negative, and the largest scale and minimum are 63", arguments: WeightDistribution.allCases)
  func fields(_ distribution: WeightDistribution) {
    let weights = distribution.weights(32 * 256, seed: 83)
    let blocks = Q5_KCodec.blocks(of: weights)
    for start in stride(from: 0, to: blocks.count, by: 176) {
      let block = Array(blocks[start..<(start + 176)])
      #expect(half(block, at: 0) >= 0 && half(block, at: 2) >= 0, "seed 83")
      let pairs = (0..<8).map { sixBitPair(block, $0) }
      if half(block, at: 0) > 0 { #expect(pairs.map(\.scale).max() == 63, "seed 83") }
      if half(block, at: 2) > 0 { #expect(pairs.map(\.minimum).max() == 63, "seed 83") }
    }
  }

  @Test("Each code stands where formats/q5_k.md says")
  func packing() {
    // All 32 codes in each sub-block, in another order in each.
    let codes: [Int] = (0..<256).map { ($0 % 32 * 5 + $0 / 32) % 32 }
    let weights = codes.map { Float($0) }
    let block = Q5_KCodec.blocks(of: weights)
    #expect((0..<8).allSatisfy { sixBitPair(block, $0) == (63, 0) })
    #expect((0..<256).map { code(block, $0) } == codes)
  }
}

/// The code of a weight, by formats/q5_k.md.
private func code(_ block: [UInt8], _ index: Int) -> Int {
  let (group, l) = (index / 64, index % 32)
  let low = index % 64 < 32 ? block[48 + 32 * group + l] & 15 : block[48 + 32 * group + l] >> 4
  return Int(low) + (block[16 + l] & UInt8(1 << (index / 32)) != 0 ? 16 : 0)
}
