import KernelComparison
import Kernels
import Quantization
import TensorCore
import TestSupport
import Testing

/// Kernels say what the scalar code says of each block.
@Suite("Kernels check bounds as the scalar code does")
struct BoundTests {
  /// Whole blocks and what they were made of, of which every third has flipped bits.
  private static func damaged(
    _ blocks: [UInt8], _ size: Int, _ random: inout SeededGenerator
  ) -> [UInt8] {
    var blocks = blocks
    for block in 0..<(blocks.count / size) where random.next() % 3 == 0 {
      blocks[block * size + Int.random(in: 0..<size, using: &random)] ^= 1 << UInt8(random.next() % 8)
    }
    return blocks
  }

  @Test("Whatever the weights, with good blocks and damaged ones", arguments: KernelUnderTest.encodedTypes)
  func everyKind(_ type: ElementType) throws {
    let codec = try #require(type.codec)
    var random = SeededGenerator(seed: 300)
    for kind in KernelWeights.allCases {
      let weights = kind.weights(20 * max(type.blockLength, 16), seed: 301)
      let blocks = Scalar.blocks(codec, of: weights)
      if codec.firstNonFiniteBlock(in: blocks.span) == nil {
        expect(type, weights, blocks, (0, nil), "\(kind), seed 301")
      } else {
        expect(type, weights, blocks, nil, "\(kind), seed 301")
      }
      expect(type, weights, Self.damaged(blocks, type.blockBytes, &random), nil, "\(kind), seeds 300 and 301")
    }
  }

  @Test("Blocks that were made with importance", arguments: KernelUnderTest.weighedTypes)
  func importance(_ type: ElementType) throws {
    let codec = try #require(type.codec as? any ImportanceCodec.Type)
    for kind in [KernelWeights.gaussian, .gaussianTiny, .oneOutlier, .ramps, .halfSubnormals, .powersOfTwo, .fewValues]
    {
      let weights = kind.weights(512, seed: 302)
      for importance in Importances.allCases {
        let blocks = Scalar.blocks(codec, ofRow: weights, importance: importance.factors(512, seed: 303))
        let isFinite = codec.firstNonFiniteBlock(in: blocks.span) == nil
        expect(
          type, weights, blocks, codec.boundsImportance && isFinite ? (0, nil) : nil,
          "\(kind) by \(importance), seeds 302 and 303")
      }
    }
  }

  @Test("Any bytes, and weights that are not finite", arguments: KernelUnderTest.encodedTypes)
  func anyBytes(_ type: ElementType) {
    var random = SeededGenerator(seed: 304)
    let special: [Float] = [.nan, -.nan, .infinity, -.infinity, .signalingNaN, .greatestFiniteMagnitude, -0.0]
    for round in 0..<12 {
      let count = 24 * type.blockLength
      var weights = KernelWeights.allCases[round].weights(count, seed: 305)
      for _ in 0..<(round % 3 * 4) {
        weights[Int.random(in: 0..<count, using: &random)] = special[Int(random.next() % 7)]
      }
      let blocks = (0..<(24 * type.blockBytes)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      expect(type, weights, blocks, nil, "round \(round), seeds 304 and 305")
    }
  }

  @Test("Any number of blocks, of which any one is damaged", arguments: KernelUnderTest.encodedTypes)
  func counts(_ type: ElementType) throws {
    let codec = try #require(type.codec)
    let (length, size) = (type.blockLength, type.blockBytes)
    let weights = KernelWeights.gaussian.weights(40 * length, seed: 306)
    let blocks = Scalar.blocks(codec, of: weights)
    for count in [0, 1, 2, 3, 4, 5, 7, 15, 16, 17, 31, 32, 33, 40] {
      let some = Array(weights[..<(count * length)])
      for place in 0..<count where count < 18 || place % 5 == 0 {
        var bytes = Array(blocks[..<(count * size)])
        // Other weights' block, but not that which is there.
        bytes.replaceSubrange((place * size)..<((place + 1) * size), with: codec.opposite(of: some, block: place))
        expect(type, some, bytes, (1, place), "seed 306, block \(place) of \(count)")
      }
      expect(type, some, Array(blocks[..<(count * size)]), (0, nil), "seed 306, \(count) blocks")
    }
  }

  @Test("Kernels read their buffers only", arguments: KernelUnderTest.encodedTypes)
  func memoryBounds(_ type: ElementType) async {
    await #expect(processExitsWith: .success) { [name = type.rawValue as String] in
      guard let type = ElementType(rawValue: name), let codec = type.codec else { return }
      for kernel in KernelUnderTest.all(of: type) {
        for count in [0, 1, 2, 3, 4, 5, 15, 16, 17, 33] {
          let original = KernelWeights.ramps.weights(count * type.blockLength, seed: 307)
          let bytes = Scalar.blocks(codec, of: original)
          for place in GuardedPlace.allCases {
            let weights = GuardedPages(original, place)
            let blocks = GuardedPages(bytes, place)
            let decoded = GuardedPages(Scalar.weights(codec, of: bytes), place)
            _ = kernel.kernel.blocksBeyondBound(
              original: UnsafeBufferPointer(weights.elements).span, blocks: UnsafeBufferPointer(blocks.elements).span,
              decoded: UnsafeBufferPointer(decoded.elements).span)
          }
        }
      }
    }
  }

  /// Compares every set with the scalar code, and with what is expected where that is known.
  private func expect(
    _ type: ElementType, _ weights: [Float], _ blocks: [UInt8], _ expected: (count: Int, first: Int?)?,
    _ comment: String
  ) {
    guard let codec = type.codec else { return }
    let scalar = codec.blocksBeyondBound(original: weights.span, blocks: blocks.span)
    if let expected { #expect(scalar.count == expected.count && scalar.first == expected.first, "\(comment)") }
    let decoded = Scalar.weights(codec, of: blocks)
    for kernel in KernelUnderTest.all(of: type) {
      let found = kernel.kernel.blocksBeyondBound(original: weights.span, blocks: blocks.span, decoded: decoded.span)
      #expect(found.count == scalar.count && found.first == scalar.first, "\(kernel): \(comment)")
    }
  }
}

extension BlockCodec {
  /// The block of a block's weights with their signs changed.
  fileprivate static func opposite(of weights: [Float], block: Int) -> [UInt8] {
    let length = elementType.blockLength
    return Scalar.blocks(Self.self, of: weights[(block * length)..<((block + 1) * length)].map { -$0 })
  }
}
