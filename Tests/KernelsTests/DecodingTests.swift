import KernelComparison
import TensorCore
import TestSupport
import Testing

/// The kernels of every set that this processor runs decode any bytes to the bits that the scalar decoder gives.
@Suite("Kernels decode like the scalar decoders")
struct DecodingTests {
  @Test("Random bytes, in every number of blocks from none to 70", arguments: KernelUnderTest.types)
  func randomBytes(_ type: ElementType) throws {
    let decoder = try #require(type.decoder)
    var random = SeededGenerator(seed: 121)
    for count in 0...70 {
      let blocks = random.bytes(count * type.blockBytes)
      let expected = Scalar.weights(decoder, of: blocks)
      for kernel in KernelUnderTest.all(of: type) {
        let difference = kernel.decodingDifference(blocks, expected)
        #expect(difference == nil, "seed 121")
      }
    }
  }

  @Test("Blocks of one byte repeated, for every byte", arguments: KernelUnderTest.types)
  func repeatedBytes(_ type: ElementType) throws {
    let decoder = try #require(type.decoder)
    let blocks = (0...255).flatMap { Array(repeating: UInt8($0), count: type.blockBytes) }
    let expected = Scalar.weights(decoder, of: blocks)
    for kernel in KernelUnderTest.all(of: type) {
      let difference = kernel.decodingDifference(blocks, expected)
      #expect(difference == nil)
    }
  }

  /// Halves stand at even places in every block: each of the 65,536 comes to stand where the scales are.
  @Test("Every half, in every even place of a block", arguments: KernelUnderTest.types)
  func halves(_ type: ElementType) throws {
    let decoder = try #require(type.decoder)
    var random = SeededGenerator(seed: 122)
    let codes = random.bytes(type.blockBytes)
    var blocks: [UInt8] = []
    // Every half needs one block only: the places take turns, and the stride visits all pairs that matter.
    let places = Swift.max(1, type.blockBytes / 2)
    for bits in 0..<0x1_0000 where bits % 61 == 0 || bits & 0x03FF < 4 || bits & 0x03FF > 0x03FC {
      for place in [0, 1, (bits / 7) % places, places - 1] where 2 * place + 1 < type.blockBytes {
        var block = codes
        block[2 * place] = UInt8(truncatingIfNeeded: bits)
        block[2 * place + 1] = UInt8(truncatingIfNeeded: bits >> 8)
        blocks += block
      }
    }
    let expected = Scalar.weights(decoder, of: blocks)
    for kernel in KernelUnderTest.all(of: type) {
      let difference = kernel.decodingDifference(blocks, expected)
      #expect(difference == nil, "seed 122")
    }
  }

  @Test(
    "Every pattern of a float type of one or two bytes", arguments: KernelUnderTest.types.filter { $0.kind == .float })
  func patterns(_ type: ElementType) throws {
    let decoder = try #require(type.decoder)
    let blocks: [UInt8] =
      switch type.blockBytes {
      case 1: Array(0...255)
      case 2: (0...0xFFFF).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
      default: []
      }
    let expected = Scalar.weights(decoder, of: blocks)
    for kernel in KernelUnderTest.all(of: type) {
      let difference = kernel.decodingDifference(blocks, expected)
      #expect(difference == nil)
    }
  }

  @Test("What was encoded, whatever the weights were", arguments: KernelUnderTest.encodedTypes)
  func encoded(_ type: ElementType) throws {
    let codec = try #require(type.codec)
    for kind in KernelWeights.allCases {
      let blocks = Scalar.blocks(codec, of: kind.weights(9 * 256 / type.blockLength * type.blockLength, seed: 123))
      let expected = Scalar.weights(codec, of: blocks)
      for kernel in KernelUnderTest.all(of: type) {
        let difference = kernel.decodingDifference(blocks, expected)
        #expect(difference == nil, "seed 123, \(kind)")
      }
    }
  }

  @Test("Buffers of any alignment", arguments: KernelUnderTest.types)
  func alignment(_ type: ElementType) throws {
    let decoder = try #require(type.decoder)
    var random = SeededGenerator(seed: 124)
    let blocks = random.bytes(5 * type.blockBytes)
    let expected = Scalar.weights(decoder, of: blocks)
    for kernel in KernelUnderTest.all(of: type) {
      for offset in 0..<64 {
        let difference = kernel.decodingDifference(blocks, expected, offset: offset)
        #expect(difference == nil, "seed 124, offset \(offset)")
      }
    }
  }
}
