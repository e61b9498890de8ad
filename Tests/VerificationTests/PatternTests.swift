import TestSupport
import Testing

@testable import Verification

@Suite("Patterns of rows and names")
struct PatternTests {
  private func pattern(_ weights: [Float], _ rowLength: Int) -> RowPattern {
    RowPattern(weights.span, rowLength: rowLength)
  }

  @Test("Rows of the same bits are equal, others are not")
  func rows() {
    #expect(pattern([1, 2, 1, 2, 1, 2], 2).areEqual)
    #expect(!pattern([1, 2, 1, 2, 1, 3], 2).areEqual)
    #expect(!pattern([0, 0, 0, -0.0], 2).areEqual)
    #expect(pattern([5, 6, 7], 3).areEqual)
    #expect(!RowPattern.unknown.areEqual)
  }

  @Test("Parts are equal when their rows are")
  func parts() {
    var same = pattern([1, 2, 1, 2], 2)
    same.add(pattern([1, 2], 2))
    #expect(same.areEqual)
    same.add(pattern([2, 1, 2, 1], 2))
    #expect(!same.areEqual)
    same.add(pattern([1, 2], 2))
    #expect(!same.areEqual, "never again")
  }

  @Test(
    "The first number between dots is the layer",
    arguments: [
      ("blk.12.attn_q.weight", 12, "blk.*.attn_q.weight"), ("model.layers.0.mlp.3.w", 0, "model.layers.*.mlp.3.w"),
      ("token_embd.weight", nil, "token_embd.weight"), ("h2.w", nil, "h2.w"), ("7", 7, "*"), ("", nil, ""),
      ("a.99999999999999999999.1", 1, "a.99999999999999999999.*"), ("a.-1.b", nil, "a.-1.b"), ("a..1", 1, "a..*"),
    ] as [(String, Int?, String)])
  func layers(name: String, layer: Int?, kind: String) {
    let parts = LayerName(name)
    #expect(parts.layer == layer && parts.kind == kind)
  }
}
