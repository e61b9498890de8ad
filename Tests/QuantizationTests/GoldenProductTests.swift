import Quantization
import TensorCore
import TestSupport
import Testing

/// samples/golden/products holds what numpy makes of formats/products.md.
@Suite("Golden products")
struct GoldenProductTests {
  @Test("Products are those of numpy, to the last bit", arguments: ElementType.allCases.filter { $0.codec != nil })
  func products(_ type: ElementType) throws {
    let golden = try GoldenProducts()
    let lines = golden.lines(of: type)
    #expect(lines.count >= 16)
    for line in lines {
      let (exact, computed) = try Self.products(type, golden.sample(type, line.distribution), golden.activations)
      #expect(checksum(exact) == line.exact, "\(line.distribution)")
      #expect(checksum(computed) == line.computed, "\(line.distribution)")
    }
  }

  /// Of each row with every vector.
  private static func products(
    _ type: ElementType, _ sample: GoldenProducts.Sample, _ x: [Float]
  ) throws -> (exact: [Double], computed: [Double]) {
    let (columns, form) = (GoldenProducts.columns, try #require(type.activationForm))
    let rounded = RoundedActivations.values(x.span, form: form)
    var quantized: QuantizedActivations?
    if case .integers(let activations) = form {
      quantized = QuantizedActivations(x.span, columns: columns, type: activations)
    }
    let decoded = try #require(type.decoder).weights(of: sample.blocks)
    let rowBytes = columns / type.blockLength * type.blockBytes
    var (exact, computed): ([Double], [Double]) = ([], [])
    for row in 0..<(sample.weights.count / columns) {
      let range = (row * columns)..<((row + 1) * columns)
      for vector in 0..<(x.count / columns) {
        let place = (vector * columns)..<((vector + 1) * columns)
        exact.append(RowProduct.floats(sample.weights.span.extracting(range), x.span.extracting(place)))
        if let coded = type.integerCoded, let quantized {
          let blocks = sample.blocks.span.extracting((row * rowBytes)..<((row + 1) * rowBytes))
          computed.append(RowProduct.integers(blocks, of: coded, quantized, sample: vector))
        } else if let rounded {
          computed.append(RowProduct.floats(decoded.span.extracting(range), rounded.span.extracting(place)))
        }
      }
    }
    return (exact, computed)
  }

  private func checksum(_ products: [Double]) -> UInt32 {
    var bytes: [UInt8] = []
    for product in products { bytes.append(number: product.bitPattern) }
    return crc32(bytes)
  }
}
