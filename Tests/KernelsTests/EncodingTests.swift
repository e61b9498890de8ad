import KernelComparison
import TensorCore
import TestSupport
import Testing

/// The kernels of every set that this processor runs write what the scalar codec writes.
@Suite("Kernels encode like the scalar codecs")
struct EncodingTests {
  @Test(
    "Every kind of weights, in groups that are not full", arguments: KernelUnderTest.encodedTypes,
    KernelWeights.allCases)
  func weights(_ type: ElementType, _ kind: KernelWeights) throws {
    let codec = try #require(type.codec)
    // Two groups of 32 lanes and a part of one, whatever the block's length.
    let weights = kind.weights(max(70 * 32, 9 * 256) / type.blockLength * type.blockLength, seed: 101)
    let expected = Scalar.blocks(codec, of: weights)
    for kernel in KernelUnderTest.all(of: type) where kernel.kernel.encodes {
      let difference = kernel.encodingDifference(weights, expected)
      #expect(difference == nil, "seed 101")
    }
  }

  @Test("The tests' own weights are finite, and their importance is not negative")
  func areFinite() {
    for kind in KernelWeights.allCases {
      let weights = kind.weights(1 << 16, seed: 105)
      let finite = weights.allSatisfy(\.isFinite)
      #expect(finite, "\(kind)")
    }
    for kind in Importances.allCases {
      let factors = kind.factors(1 << 16, seed: 106)
      let usable = factors.allSatisfy { $0.isFinite && $0 >= 0 }
      #expect(usable, "\(kind)")
    }
  }

  @Test("Every number of blocks from none to 70", arguments: KernelUnderTest.encodedTypes)
  func counts(_ type: ElementType) throws {
    let codec = try #require(type.codec)
    let weights = KernelWeights.gaussian.weights(70 * type.blockLength, seed: 102)
    let expected = Scalar.blocks(codec, of: weights)
    for kernel in KernelUnderTest.all(of: type) where kernel.kernel.encodes {
      for count in 0...70 {
        let difference = kernel.encodingDifference(Array(weights.prefix(count * type.blockLength)), expected)
        #expect(difference == nil, "seed 102")
      }
    }
  }

  @Test("Buffers of any alignment", arguments: KernelUnderTest.encodedTypes)
  func alignment(_ type: ElementType) throws {
    let codec = try #require(type.codec)
    let weights = KernelWeights.gaussian.weights(5 * type.blockLength, seed: 103)
    let expected = Scalar.blocks(codec, of: weights)
    for kernel in KernelUnderTest.all(of: type) where kernel.kernel.encodes {
      for offset in 0..<64 {
        let difference = kernel.encodingDifference(weights, expected, offset: offset)
        #expect(difference == nil, "seed 103, offset \(offset)")
      }
    }
  }

  @Test("A block does not depend on the blocks beside it", arguments: KernelUnderTest.encodedTypes)
  func neighbours(_ type: ElementType) throws {
    let codec = try #require(type.codec)
    // Some blocks make a group leave its fast path; the others' bytes stay.
    let kinds = KernelWeights.allCases
    var random = SeededGenerator(seed: 104)
    let weights = (0..<67).flatMap { _ in
      random.pick(kinds).weights(type.blockLength, seed: random.next())
    }
    let expected = Scalar.blocks(codec, of: weights)
    for kernel in KernelUnderTest.all(of: type) where kernel.kernel.encodes {
      let difference = kernel.encodingDifference(weights, expected)
      #expect(difference == nil, "seed 104")
    }
  }
}
