import Quantization
import TensorCore
import TestSupport
import Testing

/// The types whose products with activations are computed with integers.
let integerTypes = ElementType.allCases.filter { $0.integerCoded != nil }

@Suite("Blocks taken apart for integer products")
struct IntegerBlockTests {
  @Test("Steps, codes and offsets are the decoded weights, for any bytes", arguments: integerTypes)
  func recombine(_ type: ElementType) throws {
    let coded = try #require(type.integerCoded)
    var random = SeededGenerator(seed: 401)
    for number in 0..<200 {
      let bytes = random.bytes(type.blockBytes)
      let block = unpacked(bytes, coded)
      for (i, weight) in coded.weights(of: bytes).enumerated() {
        let step = block.steps[i / 16] * Float(block.codes[i])
        let offset = block.offsets[i / 16]
        let value = offset == 0 ? step : step + offset
        #expect(value == weight || value.isNaN && weight.isNaN, "seed 401, block \(number), weight \(i)")
      }
    }
  }

  @Test("What stands behind a block's weights is zero", arguments: integerTypes.filter { $0.blockLength < 256 })
  func rest(_ type: ElementType) throws {
    let coded = try #require(type.integerCoded)
    var random = SeededGenerator(seed: 402)
    let bytes = random.bytes(type.blockBytes)
    let block = unpacked(bytes, coded)
    for i in type.blockLength..<256 { #expect(block.codes[i] == 0) }
    for group in (type.blockLength / 16)..<16 { #expect(block.steps[group] == 0 && block.offsets[group] == 0) }
  }

  /// ggml-cpu.c, `type_traits_cpu`, `vec_dot_type`.
  @Test(
    "Activations take the form that ggml gives them",
    arguments: [
      (ElementType.q8_0, [ElementType.q4_0, .q5_0, .q8_0, .iq4_nl, .mxfp4, .nvfp4, .q1_0, .q2_0]),
      (.q8_1, [.q4_1, .q5_1]),
      (.q8_K, [.q2_K, .q3_K, .q4_K, .q5_K, .q6_K, .iq4_xs, .tq1_0, .tq2_0]),
    ])
  func activationTypes(activations: ElementType, weights: [ElementType]) {
    for type in weights { #expect(type.activationForm == .integers(activations), "\(type)") }
    #expect(integerTypes.filter { $0.activationForm == .integers(activations) }.count == weights.count)
  }

  @Test("Floats are multiplied with floats, and NF4 with decoded Q8_0")
  func floatForms() {
    for type in [ElementType.f32, .f16, .bf16] { #expect(type.activationForm == .float(type)) }
    #expect(ElementType.nf4.activationForm == .decoded)
    #expect(ElementType.f64.activationForm == nil)
    #expect(ElementType.i8.activationForm == nil)
    // ggml has no product for weights of these.
    #expect(ElementType.q8_1.activationForm == nil)
    #expect(ElementType.q8_K.activationForm == nil)
  }

  @Test("Every type that is written has a form", arguments: encodedTypes)
  func isComplete(_ type: ElementType) { #expect(type.activationForm != nil) }
}

private func unpacked(_ bytes: [UInt8], _ type: any IntegerCoded.Type) -> IntegerBlock { type.unpack(bytes.span) }
