import Quantization
import TensorCore
import TestSupport
import Testing

@Suite("Activations as engines quantize them")
struct ActivationTests {
  @Test("They are no types that weights are quantized to", arguments: [ElementType.q8_1, .q8_K])
  func areNotOffered(_ type: ElementType) {
    #expect(type.codec == nil)
    #expect(type.decoder == nil)
  }

  @Test("The worked examples of q8_1.md and q8_k.md", arguments: try CodecExample.activations())
  func example(_ example: CodecExample) throws {
    let codec: any BlockEncoder.Type = example.type == "Q8_K" ? Q8_KCodec.self : Q8_1Codec.self
    #expect(example.type == codec.elementType.name)
    #expect(codec.blocks(of: example.weights) == example.block)
    #expect(bits(codec.weights(of: example.block)) == bits(example.decoded))
  }

  @Test("Both pages have examples")
  func examples() throws {
    let examples = try CodecExample.activations()
    #expect(examples.count { $0.type == "Q8_1" } >= 4)
    #expect(examples.count { $0.type == "Q8_K" } >= 6)
  }

  @Test("Q8_K: the sums are those of the codes, and no code is beyond 127 in magnitude")
  func superblocks() {
    var random = SeededGenerator(seed: 411)
    for distribution in WeightDistribution.allCases {
      let values = distribution.weights(256, seed: random.next())
      let block = Q8_KCodec.blocks(of: values)
      for sub in 0..<16 {
        let codes = block[(4 + sub * 16)..<(20 + sub * 16)].map { Int16(Int8(bitPattern: $0)) }
        #expect(codes.allSatisfy { abs($0) <= 127 }, "seed 411, \(distribution)")
        #expect(block.span.load(Int16.self, at: 260 + 2 * sub) == codes.reduce(0, +), "seed 411, \(distribution)")
      }
    }
  }

  @Test("Q8_1: scale and codes are those of Q8_0, and the sum is theirs")
  func sums() {
    var random = SeededGenerator(seed: 412)
    for distribution in WeightDistribution.allCases {
      let values = distribution.weights(32, seed: random.next())
      let (block, plain) = (Q8_1Codec.blocks(of: values), Q8_0Codec.blocks(of: values))
      #expect(block[0..<2] == plain[0..<2] && block[4...] == plain[2...], "seed 412, \(distribution)")
      // The scale as it is before it is rounded.
      let scale = values.reduce(0) { max($0, abs($1)) } / 127
      let codes = plain[2...].map { Int32(Int8(bitPattern: $0)) }
      let sum = Binary16.value(Binary16.bits(Float(codes.reduce(0, +)) * scale))
      #expect(half(block, at: 2) == sum, "seed 412, \(distribution)")
    }
  }

  @Test("Q8_K: numbers whose reciprocal overflows become zeros")
  func tinyNumbers() {
    let block = Q8_KCodec.blocks(of: [Float](repeating: 0x1p-133, count: 256))
    #expect(Q8_KCodec.weights(of: block).allSatisfy { $0 == 0 })
    #expect(Q8_KCodec.isFinite(block))
  }

  @Test("Vectors are taken apart block by block, with zeros behind each")
  func takenApart() throws {
    // Two vectors of 64: 1, 2, ... 64, and the same with the other sign.
    let values = (1...64).map { Float($0) } + (1...64).map { -Float($0) }
    let activations = try quantized(values, 64, .q8_0)
    #expect(activations.samples == 2)
    #expect(activations.paddedColumns == 256)
    #expect(activations.codes[31] == 127)
    #expect(activations.codes[63] == 127)
    #expect(activations.codes[256 + 63] == -127)
    #expect(activations.codes[64..<256].allSatisfy { $0 == 0 })
    let scale = Double(Binary16.value(Binary16.bits(Float(32) / 127)))
    #expect(Array(activations.scales[0..<5]) == [scale, scale, 2 * scale, 2 * scale, 0])
    #expect(activations.sums.allSatisfy { $0 == 0 })
  }

  @Test("Sums count once: that of a block of 32 with its first sixteen values")
  func sumsOfBlocks() throws {
    let values = [Float](repeating: 127, count: 32)
    let activations = try quantized(values, 32, .q8_1)
    // 32 x 127 = 4064 is a half.
    #expect(Array(activations.sums[0..<3]) == [4064, 0, 0])
    let wide = [Float](repeating: -254, count: 256)
    let superblock = try quantized(wide, 256, .q8_K)
    #expect(superblock.codes.allSatisfy { $0 == -127 })
    #expect(superblock.sums.allSatisfy { abs($0 + 16 * 254) < 1e-3 })
  }

  @Test("What is no whole block, or no type of activations, is refused")
  func refused() {
    let values = [Float](repeating: 1, count: 96)
    for (columns, type) in [(96, ElementType.q8_K), (48, .q8_0), (0, .q8_0), (64, .q8_1), (32, .q4_0)] {
      let activations = QuantizedActivations(values.span, columns: columns, type: type)
      #expect(activations == nil, "\(columns), \(type)")
    }
  }

  @Test("Activations beside floats are rounded to their type")
  func rounding() throws {
    let values: [Float] = [1, 1.0009765625, 1.00048828125, 65_520, 0x1.01p0, -0x1.03p0]
    let halves = try roundedActivations(values, .float(.f16))
    #expect(halves == [1, 1.0009765625, 1, .infinity, 0x1.01p0, -0x1.03p0])
    let bfloats = try roundedActivations(values, .float(.bf16))
    #expect(bfloats == [1, 1, 1, 65_536, 1, -0x1.04p0])
    #expect(try roundedActivations(values, .float(.f32)) == values)
    let none = RoundedActivations.values(values.span, form: .integers(.q8_0))
    #expect(none == nil)
    let block = [Float](repeating: 0, count: 31) + [127]
    #expect(try roundedActivations(block, .decoded) == block)
  }
}

/// Vectors of activations, taken apart.
func quantized(_ values: [Float], _ columns: Int, _ type: ElementType) throws -> QuantizedActivations {
  let activations = QuantizedActivations(values.span, columns: columns, type: type)
  return try #require(activations)
}

/// Vectors of activations, rounded.
private func roundedActivations(_ values: [Float], _ form: ActivationForm) throws -> [Float] {
  let rounded = RoundedActivations.values(values.span, form: form)
  return try #require(rounded)
}
