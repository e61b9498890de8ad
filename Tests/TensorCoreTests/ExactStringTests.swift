import TensorCore
import Testing

struct ExactStringTests {
  /// Pairs that Swift's own comparison takes for equal.
  @Test(arguments: [("é", "e\u{301}"), ("Å", "\u{212B}"), ("K", "\u{212A}"), ("가", "\u{1100}\u{1161}")])
  func canonicallyEquivalentStringsAreTwoNames(left: String, right: String) {
    #expect(left == right)
    #expect(ExactString(left) != ExactString(right))
    #expect(Set([ExactString(left), ExactString(right)]).count == 2)
  }

  @Test(arguments: ["", "a", "größe", "a\u{0}b", "e\u{301}"])
  func equalBytesAreOneName(text: String) {
    let copy = String(decoding: Array(text.utf8), as: UTF8.self)
    #expect(ExactString(text) == ExactString(copy))
    #expect(Set([ExactString(text), ExactString(copy)]).count == 1)
    #expect(ExactString(text) != ExactString(text + "x"))
  }

  @Test func aKeyIsFoundByItsBytes() {
    let table = [ExactString("e\u{301}"): 1, ExactString("é"): 2]
    #expect(table[ExactString("é")] == 2)
    #expect(table[ExactString("e\u{301}")] == 1)
  }
}
