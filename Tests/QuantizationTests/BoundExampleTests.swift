import Quantization
import TensorCore
import TestSupport
import Testing

/// What formats/bounds.md shows is what the codecs do.
@Suite("The worked examples of bounds")
struct BoundExampleTests {
  @Test("Weights become the block, and each has its bound")
  func examples() throws {
    let blocks = try FormatPage("bounds.md").blocks("gguf-bound")
    #expect(blocks.count >= 5)
    for example in blocks {
      let codec = try #require(ElementType(named: try example.value("type"))?.codec)
      let (weights, block) = (try example.weights("weights"), try example.bytes("block"))
      try #require(weights.count == codec.elementType.blockLength)
      #expect(codec.blocks(of: weights) == block, "line \(example.line)")
      var found = [Float](repeating: .nan, count: weights.count)
      var span = found.mutableSpan
      codec.boundErrors(of: weights.span, in: block.span, byImportance: false, into: &span)
      #expect(found == (try example.weights("bounds")), "line \(example.line)")
      #expect(codec.firstWeightBeyondBound(weights, block) == nil, "line \(example.line)")
    }
  }
}
