import KernelComparison
import Quantization
import TensorCore
import TestSupport
import Testing

/// The method `search` is the same in every set of kernels as in scalar code, to the last bit.
@Suite("Kernels search like the scalar codecs")
struct SearchTests {
  @Test("Every kind of weights", arguments: KernelUnderTest.searchedTypes, KernelWeights.allCases)
  func weights(_ type: ElementType, _ kind: KernelWeights) throws {
    try expectEqual(type, kind, nil, blocks: max(37 * 32 / type.blockLength, 3), seed: 181)
  }

  @Test("Every kind of importance", arguments: KernelUnderTest.searchedTypes, Importances.allCases)
  func importances(_ type: ElementType, _ importance: Importances) throws {
    for kind in [KernelWeights.gaussian, .ramps] {
      try expectEqual(type, kind, importance, blocks: max(35 * 32 / type.blockLength, 3), seed: 182)
    }
  }

  @Test("Rows of every length up to a group and one", arguments: KernelUnderTest.searchedTypes)
  func lengths(_ type: ElementType) throws {
    for blocks in 0...(type.blockLength < 256 ? 33 : 5) {
      try expectEqual(type, .gaussian, blocks % 2 == 0 ? nil : .withZeros, blocks: blocks, seed: 183)
    }
  }

  @Test("Buffers of any alignment", arguments: KernelUnderTest.searchedTypes)
  func alignment(_ type: ElementType) throws {
    for offset in stride(from: 0, to: 64, by: 7) {
      try expectEqual(type, .gaussian, .lognormal, blocks: 2, seed: 184, offset: offset)
    }
  }

  @Test(
    "Blocks that are searched for alone, of every length up to a group and one",
    arguments: KernelUnderTest.searchedTypes)
  func alone(_ type: ElementType) throws {
    let codec = try #require(type.searchCodec)
    for blocks in 0...(type.blockLength < 256 ? 33 : 5) {
      let weights = KernelWeights.gaussian.weights(blocks * type.blockLength, seed: 185)
      let factors = Importances.lognormal.factors(weights.count, seed: 186)
      let expected = Scalar.searchedAlone(codec, weights, importance: factors)
      for kernel in KernelUnderTest.all(of: type) where kernel.kernel.searches {
        let difference = kernel.searchAloneDifference(weights, importance: factors, expected)
        #expect(difference == nil, "seeds 185 and 186, \(blocks) blocks")
      }
    }
  }

  private func expectEqual(
    _ type: ElementType, _ kind: KernelWeights, _ importance: Importances?, blocks: Int, seed: UInt64, offset: Int = 1
  ) throws {
    let codec = try #require(type.searchCodec)
    let weights = kind.weights(blocks * type.blockLength, seed: seed)
    let factors = importance?.factors(weights.count, seed: seed &+ 1)
    let expected = Scalar.searched(codec, weights, importance: factors)
    for kernel in KernelUnderTest.all(of: type) where kernel.kernel.searches {
      let difference = kernel.searchDifference(weights, importance: factors, expected, offset: offset)
      #expect(
        difference == nil,
        "seed \(seed), \(kind), \(importance.map { "\($0)" } ?? "no importance"), \(blocks) blocks, offset \(offset)")
    }
  }
}
