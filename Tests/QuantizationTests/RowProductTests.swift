import Quantization
import TensorCore
import TestSupport
import Testing

@Suite("Products of rows with activations")
struct RowProductTests {
  @Test("Small products, by hand")
  func floats() {
    let (empty, ones): ([Float], [Float]) = ([], [Float](repeating: 1, count: 17))
    #expect(rowProduct(empty, empty) == 0)
    let numbers = (1...17).map { Float($0) }
    #expect(rowProduct(numbers, ones) == 153)
    #expect(rowProduct(numbers, numbers) == 1785)
  }

  @Test("Term i is added in lane i mod 16, and then halves")
  func order() {
    // In lane 0: 2^53 + 1 is a tie, which goes to the even number, so that the 1 is lost; the lanes 0 and 8 are added first.
    var weights = [Float](repeating: 0, count: 32)
    let ones = [Float](repeating: 1, count: 32)
    (weights[0], weights[16]) = (0x1p53, 1)
    #expect(rowProduct(weights, ones) == 0x1p53)
    // 1 + 1 in the lanes 1 and 9 are added to each other before they meet 2^53.
    (weights[16], weights[1], weights[9]) = (0, 1, 1)
    #expect(rowProduct(weights, ones) == 0x1p53 + 2)
    // 1 in lane 8 and 1 in lane 4 are added to 2^53 one by one.
    (weights[1], weights[9], weights[8], weights[4]) = (0, 0, 1, 1)
    #expect(rowProduct(weights, ones) == 0x1p53)
  }

  /// Each with a scale of 1 in the weights, and of 1 in the activations, whose largest is 127.
  @Test("Integer products by hand: Q8_0, Q4_0 and Q4_1")
  func byHand() throws {
    let x: [Float] = [127, -127, 3, 4] + [Float](repeating: 0, count: 27) + [2]
    let one: [UInt8] = [0x00, 0x3C]
    let codes: [UInt8] = [5, 0xFE, 3, 0x80] + [UInt8](repeating: 9, count: 27) + [7]
    let plain = try quantized(x, 32, .q8_0)
    // 127 x 5 + 127 x 2 + 3 x 3 - 4 x 128 + 2 x 7
    let bytes = one + codes
    #expect(rowProduct(bytes, Q8_0Codec.self, plain) == 400)
    // Codes 0, 1, ... 15 in the low halves (less 8), 15 in the high ones: 127 x -8 - 127 x -7 - 3 x 6 - 4 x 5 + 2 x 7
    let nibbles = one + (0..<16).map { 0xF0 | UInt8($0) }
    #expect(rowProduct(nibbles, Q4_0Codec.self, plain) == -151)
    // Without the 8, with a minimum of 2: 127 x 0 - 127 x 1 + 3 x 2 + 4 x 3 + 2 x 15 + 2 x (127 - 127 + 3 + 4 + 2)
    let summed = try quantized(x, 32, .q8_1)
    let ranged = one + [0x00, 0x40] + (0..<16).map { 0xF0 | UInt8($0) }
    #expect(rowProduct(ranged, Q4_1Codec.self, summed) == -61)
  }

  @Test(
    "A product is that of the decoded weights and the decoded activations, but for rounding", arguments: integerTypes)
  func ofDecoded(_ type: ElementType) throws {
    let (coded, codec) = (try #require(type.integerCoded), try #require(type.codec))
    var random = SeededGenerator(seed: 421)
    let columns = 3 * 256
    for sample in 0..<8 {
      let weights = WeightDistribution.gaussian.weights(columns, seed: random.next())
      let x = WeightDistribution.gaussian.weights(columns, seed: random.next())
      let activations = try quantized(x, columns, coded.activationType)
      let blocks = codec.blocks(of: weights)
      let product = rowProduct(blocks, coded, activations)
      let decodedX: [Float] =
        switch coded.activationType {
        case .q8_K: Q8_KCodec.weights(of: Q8_KCodec.blocks(of: x))
        default: Q8_0Codec.weights(of: Q8_0Codec.blocks(of: x))
        }
      let decoded = codec.weights(of: blocks)
      let expected = rowProduct(decoded, decodedX)
      let size = zip(decoded, decodedX).reduce(0) { $0 + abs(Double($1.0) * Double($1.1)) }
      // Q8_1 rounds what the activations add up to to a half.
      let tolerance = coded.activationType == .q8_1 ? 0x1p-11 : 1e-6
      #expect(abs(product - expected) <= tolerance * size, "seed 421, sample \(sample)")
    }
  }

  @Test("Each vector of several has its own product", arguments: [ElementType.q4_0, .q5_1, .q4_K])
  func samples(_ type: ElementType) throws {
    let (coded, codec) = (try #require(type.integerCoded), try #require(type.codec))
    let x = WeightDistribution.heavyTails.weights(3 * 512, seed: 422)
    let blocks = codec.blocks(of: WeightDistribution.gaussian.weights(512, seed: 423))
    let together = try quantized(x, 512, coded.activationType)
    for sample in 0..<3 {
      let own = Array(x[(sample * 512)..<((sample + 1) * 512)])
      let alone = try quantized(own, 512, coded.activationType)
      let product = rowProduct(blocks, coded, together, sample: sample)
      #expect(product == rowProduct(blocks, coded, alone), "seeds 422 and 423")
    }
  }
}

private func rowProduct(_ weights: [Float], _ activations: [Float]) -> Double {
  RowProduct.floats(weights.span, activations.span)
}

private func rowProduct(
  _ blocks: [UInt8], _ type: any IntegerCoded.Type, _ activations: QuantizedActivations, sample: Int = 0
) -> Double {
  RowProduct.integers(blocks.span, of: type, activations, sample: sample)
}
