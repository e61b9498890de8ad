import Testing

@testable import TensorCore

@Suite("Names of tensors are taken apart at their layer")
struct LayerNameTests {
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
