import Quantization
import TensorCore
import TestSupport
import Testing

/// What holds for every codec, whatever the weights.
@Suite("Every codec")
struct CodecPropertyTests {
  @Test("The types that are written, and those that are only read")
  func table() {
    #expect(
      Set(encodedTypes) == [
        .f32, .f16, .bf16, .q4_0, .q4_1, .q5_0, .q5_1, .q8_0, .q2_K, .q3_K, .q4_K, .q5_K, .q6_K, .iq4_nl, .iq4_xs,
        .tq1_0, .tq2_0, .mxfp4, .nvfp4, .q1_0, .q2_0, .nf4,
      ])
    let decoded = Set(ElementType.allCases.filter { $0.decoder != nil })
    #expect(decoded == Set(encodedTypes).union([.f64, .f8_E4M3, .f8_E5M2, .f8_E8M0]))
    for type in decoded { #expect(type.decoder?.elementType == type) }
  }

  @Test("The same weights give the same bytes again", arguments: encodedTypes, WeightDistribution.allCases)
  func deterministic(_ type: ElementType, _ distribution: WeightDistribution) throws {
    let codec = try #require(type.codec)
    let weights = distribution.weights(1024, seed: 11)
    let first = codec.blocks(of: weights)
    #expect(firstDifference(codec.blocks(of: weights), first) == nil, "seed 11")
    #expect(first.count == 1024 / type.blockLength * type.blockBytes)
  }

  @Test("A block does not depend on its neighbours", arguments: encodedTypes)
  func blocksAreIndependent(_ type: ElementType) throws {
    let codec = try #require(type.codec)
    let weights = WeightDistribution.gaussian.weights(8 * type.blockLength, seed: 12)
    let whole = codec.blocks(of: weights)
    for block in 0..<8 {
      let alone = codec.blocks(of: Array(weights[(block * type.blockLength)..<((block + 1) * type.blockLength)]))
      #expect(
        alone == Array(whole[(block * type.blockBytes)..<((block + 1) * type.blockBytes)]), "seed 12, block \(block)")
    }
  }

  @Test("Encoding at an offset touches the bytes of the block only, and all of them", arguments: encodedTypes)
  func offset(_ type: ElementType) throws {
    let codec = try #require(type.codec)
    let weights = WeightDistribution.gaussian.weights(type.blockLength, seed: 13)
    let block = codec.blocks(of: weights)
    for fill in [UInt8(0x00), 0xA5, 0xFF] {
      for offset in [0, 3, 17] {
        var bytes = [UInt8](repeating: fill, count: offset + type.blockBytes + 5)
        var span = bytes.mutableSpan
        codec.encodeBlock(weights.span, into: &span, at: offset)
        let expected = Array(repeating: fill, count: offset) + block + Array(repeating: fill, count: 5)
        #expect(bytes == expected, "seed 13, offset \(offset), filled with \(fill)")
      }
    }
  }

  @Test("Decoding at a place touches the weights of the block only", arguments: encodedTypes)
  func place(_ type: ElementType) throws {
    let codec = try #require(type.codec)
    let block = codec.blocks(of: WeightDistribution.gaussian.weights(type.blockLength, seed: 14))
    var weights = [Float](repeating: 12_345, count: type.blockLength + 7)
    var span = weights.mutableSpan
    codec.decodeBlock(block.span, into: &span, at: 4)
    #expect(weights.prefix(4) == [12_345, 12_345, 12_345, 12_345])
    #expect(weights.suffix(3) == [12_345, 12_345, 12_345])
    #expect(bits(Array(weights[4..<(4 + type.blockLength)])) == bits(codec.weights(of: block)), "seed 14")
  }

  @Test(
    "Any bytes decode, to finite weights exactly where the block says that it is finite", arguments: overflowingTypes)
  func randomBytes(_ type: ElementType) throws {
    let codec = try #require(type.codec)
    var generator = SeededGenerator(seed: 15)
    var finite = 0
    for block in 0..<2_000 {
      var bytes = generator.bytes(type.blockBytes)
      // A half is infinite or NaN in one block of 32, and a quarter of the blocks shall be.
      if block % 4 == 0 { for offset in halfScaleOffsets(of: type) { bytes[offset + 1] |= 0x7C } }
      let weights = codec.weights(of: bytes)
      let isFinite = codec.isFinite(bytes)
      #expect(weights.allSatisfy(\.isFinite) == isFinite, "seed 15, block \(block)")
      if isFinite { finite += 1 } else { #expect(!weights.contains { $0.isFinite }, "seed 15, block \(block)") }
    }
    #expect(finite > 1_000 && finite < 2_000, "seed 15")
  }

  @Test(
    "Any bytes decode, of the types that are only read too", arguments: [ElementType.f64, .f8_E4M3, .f8_E5M2, .f8_E8M0])
  func randomBytesOfSources(_ type: ElementType) throws {
    let decoder = try #require(type.decoder)
    var generator = SeededGenerator(seed: 16)
    let bytes = generator.bytes(4_096 * type.blockBytes)
    #expect(decoder.weights(of: bytes).count == 4_096)
  }

  @Test("Any weights encode, even those that are not finite", arguments: blockTypes)
  func total(_ type: ElementType) async {
    await #expect(processExitsWith: .success) { [name = type.rawValue as String] in
      guard let codec = ElementType(rawValue: name)?.codec else { return }
      for special in [Float.nan, .infinity, -.infinity, .greatestFiniteMagnitude, -.greatestFiniteMagnitude] {
        for rest in [Float(0), 1, -.greatestFiniteMagnitude, .leastNonzeroMagnitude] {
          var weights = [Float](repeating: rest, count: codec.elementType.blockLength)
          weights[3] = special
          _ = codec.blocks(of: weights)
        }
      }
    }
  }
}
