import KernelComparison
import Quantization
import TensorCore
import TestSupport
import Testing

/// What an importance matrix states changes the bytes; the kernels follow the scalar codecs there too.
@Suite("Kernels weigh importance like the scalar codecs")
struct ImportanceTests {
  @Test(
    "Every kind of importance, on every kind of weights", arguments: KernelUnderTest.weighedTypes, Importances.allCases)
  func importances(_ type: ElementType, _ importance: Importances) throws {
    for kind in KernelWeights.allCases {
      try expectEqualRows(type, kind, importance, blocks: max(37 * 32 / type.blockLength, 3), seed: 111)
    }
  }

  @Test("Rows of every length up to 70 blocks", arguments: KernelUnderTest.weighedTypes)
  func lengths(_ type: ElementType) throws {
    for blocks in 0...70 { try expectEqualRows(type, .gaussian, .lognormal, blocks: blocks, seed: 112) }
  }

  @Test("Buffers of any alignment", arguments: KernelUnderTest.weighedTypes)
  func alignment(_ type: ElementType) throws {
    for offset in 0..<64 { try expectEqualRows(type, .ramps, .withZeros, blocks: 3, seed: 113, offset: offset) }
  }

  @Test("One factor that stands out changes the bytes", arguments: KernelUnderTest.weighedTypes)
  func matters(_ type: ElementType) throws {
    let codec = try #require(type.codec as? any ImportanceCodec.Type)
    let weights = KernelWeights.gaussian.weights(8 * type.blockLength, seed: 114)
    let even = Scalar.blocks(codec, ofRow: weights, importance: Importances.ones.factors(weights.count, seed: 114))
    let uneven = Scalar.blocks(
      codec, ofRow: weights, importance: Importances.lognormal.factors(weights.count, seed: 114))
    #expect(even != uneven, "seed 114")
  }

  private func expectEqualRows(
    _ type: ElementType, _ kind: KernelWeights, _ importance: Importances, blocks: Int, seed: UInt64, offset: Int = 1
  ) throws {
    let codec = try #require(type.codec as? any ImportanceCodec.Type)
    let row = kind.weights(blocks * type.blockLength, seed: seed)
    let factors = importance.factors(row.count, seed: seed &+ 1)
    let expected = Scalar.blocks(codec, ofRow: row, importance: factors)
    for kernel in KernelUnderTest.all(of: type) where kernel.kernel.weighsImportance {
      let difference = kernel.encodingDifference(row: row, importance: factors, expected, offset: offset)
      #expect(difference == nil, "seed \(seed), \(kind), \(importance), \(blocks) blocks, offset \(offset)")
    }
  }
}
