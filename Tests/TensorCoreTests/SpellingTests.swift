import Testing

@testable import TensorCore

@Suite("What somebody may have meant")
struct SpellingTests {
  private let names = ["", "blk.0.attn_q.weight", "blk.0.attn_k.weight", "blk.1.attn_q.weight", "output.weight"]

  @Test(
    "The name with the fewest edits is suggested, the first of several",
    arguments: [
      ("blk.0.attn_q.weigth", "blk.0.attn_q.weight"), ("BLK.0.ATTN_K.WEIGHT", "blk.0.attn_k.weight"),
      ("blk.0.attn_v.weight", "blk.0.attn_q.weight"), ("otput.weight", "output.weight"),
    ])
  func nearest(_ word: String, _ name: String) { #expect(Spelling.nearest(to: word, among: names) == name) }

  @Test("A beginning is completed")
  func beginning() { #expect(Spelling.nearest(to: "blk.1.attn", among: names) == "blk.1.attn_q.weight") }

  @Test("Names are compared that are longer than a word", arguments: [41, 100, 128])
  func long(_ count: Int) {
    let name = String(repeating: "n", count: count)
    #expect(Spelling.nearest(to: name.dropLast() + "m", among: names + [name]) == name)
  }

  @Test("Nothing is suggested for what is like nothing", arguments: ["", "embedding", "x"])
  func nothing(_ word: String) { #expect(Spelling.nearest(to: word, among: names) == nil) }
}
