import Quantization
import TensorCore
import TestSupport
import Testing

/// The cases of the superblock: 16 sub-blocks share what their scales count in.
@Suite("Q6_K")
struct Q6_KTests {
  @Test("A sub-block whose scale rounds to zero keeps the codes of the search, and decodes to zeros")
  func scaleBecomesZero() {
    var weights = WeightDistribution.gaussian.weights(256, seed: 71)
    // The second sub-block is so small that its scale is less than half of a 128th of the largest.
    for i in 16..<32 { weights[i] = Float(i % 4 - 2) * 0.001 }
    let block = Q6_KCodec.blocks(of: weights)
    #expect(scale(block, 1) == 0)
    // The weight of the largest magnitude, -0.002, has the code 0.
    #expect((16..<32).map { code(block, $0) } == (16..<32).map { [0, 16, 32, 48][$0 % 4] })
    #expect(Q6_KCodec.weights(of: block)[16..<32].allSatisfy { $0 == 0 }, "seed 71")
  }

  @Test("A sub-block of one value has one code: that of the largest magnitude", arguments: [Float(3), -3])
  func constant(value: Float) {
    var weights = [Float](repeating: 0, count: 256)
    for i in 224..<240 { weights[i] = value }
    let block = Q6_KCodec.blocks(of: weights)
    #expect(scale(block, 14) == -128)
    #expect((224..<240).allSatisfy { code(block, $0) == 0 })
    #expect((half(block, at: 208) < 0) == (value < 0))
    let decoded = Q6_KCodec.weights(of: block)
    #expect(decoded[224..<240].allSatisfy { abs($0 - 3 * (value < 0 ? -1 : 1)) < 0.01 })
    #expect(decoded[..<224].allSatisfy { $0 == 0 })
  }

  @Test("A superblock of weights below 1e-15 is 210 zero bytes, one of a weight of 1e-15 is not")
  func smallest() {
    var weights = [Float](repeating: 0x1.203af8p-50, count: 256)
    #expect(weights[0] < 1e-15)
    #expect(Q6_KCodec.blocks(of: weights) == Array(repeating: 0, count: 210))
    weights[100] = 1e-12
    let block = Q6_KCodec.blocks(of: weights)
    #expect(scale(block, 6) == -128 && code(block, 100) == 0)
    // The others have the code 0 too, which is what the search gives for what it takes for zeros.
    #expect((0..<96).allSatisfy { code(block, $0) == 0 })
    #expect(half(block, at: 208) == 0)
  }

  @Test("The largest scale is -128, whatever the weights", arguments: WeightDistribution.allCases)
  func fields(_ distribution: WeightDistribution) {
    let weights = distribution.weights(32 * 256, seed: 72)
    let blocks = Q6_KCodec.blocks(of: weights)
    for start in stride(from: 0, to: blocks.count, by: 210) {
      let block = Array(blocks[start..<(start + 210)])
      guard half(block, at: 208) != 0 else { continue }
      #expect((0..<16).map { scale(block, $0) }.min() == -128, "seed 72")
    }
  }

  @Test("Each code and scale stands where formats/q6_k.md says")
  func packing() {
    // Distinct codes in every sub-block: weight i of sub-block s is -32 + (i x 4 + s) mod 64 times the scale, and the
    // first is -32.
    var weights = [Float](repeating: 0, count: 256)
    for i in 0..<256 { weights[i] = i % 16 == 0 ? -32 : Float((i % 16 * 4 + i / 16) % 64 - 32) }
    let block = Q6_KCodec.blocks(of: weights)
    #expect((0..<16).allSatisfy { scale(block, $0) == -128 })
    #expect((0..<256).map { code(block, $0) } == weights.map { Int($0) + 32 })
    #expect(Q6_KCodec.weights(of: block) == weights)
  }

  @Test("Weights whose sums overflow are not zeros, but out of range", arguments: [Float(5e17), 6e17, 1e30, 3e38])
  func sumsOverflow(_ weight: Float) {
    for rest in [Float(0), 1] {
      var weights = [Float](repeating: rest, count: 256)
      weights[77] = -weight
      let block = Q6_KCodec.blocks(of: weights)
      #expect(!Q6_KCodec.isFinite(block))
    }
  }
}

/// The scale of a sub-block, by the table of formats/q6_k.md.
private func scale(_ block: [UInt8], _ sub: Int) -> Int { Int(Int8(bitPattern: block[192 + sub])) }

/// The code of a weight, by the same.
private func code(_ block: [UInt8], _ index: Int) -> Int {
  let (start, i) = (index / 128, index % 128)
  let low = block[64 * start + i % 64]
  let high = block[128 + 32 * start + i % 32]
  return Int(i < 64 ? low & 15 : low >> 4) | Int(high >> UInt8(i / 32 * 2) & 3) << 4
}
