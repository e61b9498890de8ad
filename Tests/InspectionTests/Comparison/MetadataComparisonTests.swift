import GGUF
import Inspection
import TensorCore
import Testing

@Suite("What changed in metadata")
struct MetadataComparisonTests {
  private func entries(_ pairs: [(String, GGUFValue)]) -> [GGUFMetadata.Entry] {
    pairs.map { GGUFMetadata.Entry(key: $0.0, value: $0.1) }
  }

  private func change(_ a: GGUFValue, _ b: GGUFValue) -> MetadataComparison.Change? {
    MetadataComparison(entries([("k", a)]), entries([("k", b)])).changed.first
  }

  @Test("Keys of one side, and keys with other values, are told apart")
  func sides() {
    let comparison = MetadataComparison(
      entries([("same", .uint32(1)), ("gone", .bool(true)), ("other", .string("x"))]),
      entries([("other", .string("y")), ("new", .int8(-1)), ("same", .uint32(1))]))
    #expect(comparison.same == 1)
    #expect(comparison.removed == entries([("gone", .bool(true))]))
    #expect(comparison.added == entries([("new", .int8(-1))]))
    #expect(comparison.changed.map(\.key) == ["other"])
    #expect(comparison.isDifferent)
  }

  @Test("The order of keys is no difference")
  func order() {
    let pairs: [(String, GGUFValue)] = [("a", .uint32(1)), ("b", .string("x")), ("c", .array(GGUFArray(["t"])))]
    let comparison = MetadataComparison(entries(pairs), entries(pairs.reversed()))
    #expect(!comparison.isDifferent && comparison.same == 3)
  }

  @Test(
    "The same number of another type, other bits of a number, other bytes of a string are changes",
    arguments: [
      (GGUFValue.uint32(7), GGUFValue.uint64(7)), (.float32(0), .float32(-0.0)), (.float64(0), .float64(-0.0)),
      (.float32(.nan), .float32(Float(bitPattern: 0x7FC0_0001))), (.string("e\u{301}"), .string("\u{E9}")),
      (.array(GGUFArray([1 as UInt64])), .array(GGUFArray(["1"]))), (.bool(false), .bool(true)),
    ])
  func changes(_ a: GGUFValue, _ b: GGUFValue) {
    #expect(change(a, b) != nil)
    #expect(change(a, a) == nil && change(b, b) == nil)
  }

  @Test("Keys are compared by their bytes")
  func keys() {
    let comparison = MetadataComparison(entries([("e\u{301}", .bool(true))]), entries([("\u{E9}", .bool(true))]))
    #expect((comparison.removed.count, comparison.added.count) == (1, 1))
  }

  @Test("What is ignored is no difference, and counted once")
  func ignored() {
    let comparison = MetadataComparison(
      entries([("x.a", .uint8(1)), ("x.b", .uint8(1)), ("keep", .uint8(1))]),
      entries([("x.a", .uint8(2)), ("x.c", .uint8(1)), ("keep", .uint8(1))]), ignores: { $0.hasPrefix("x.") })
    #expect(!comparison.isDifferent)
    #expect((comparison.ignored, comparison.same) == (3, 1))
  }

  @Test("Of long texts it is said where they differ first")
  func texts() throws {
    let text = try #require(change(.string("one\ntwo\nthree"), .string("one\ntwo\nthrée"))?.text)
    #expect((text.line, text.column, text.offset) == (3, 4, 11))
    #expect(TextDifference("same", "same") == nil)
    let longer = try #require(TextDifference("ab", "abc"))
    #expect((longer.line, longer.column, longer.offset) == (1, 3, 2))
    // One character to Swift, two scalars.
    let windows = try #require(TextDifference("a\r\nb", "a\r\nc"))
    #expect((windows.line, windows.column, windows.offset) == (2, 1, 3))
    #expect(TextDifference("", "")?.offset == nil)
  }

  @Test("Of arrays it is said which elements differ")
  func arrays() throws {
    let a = GGUFArray(["a", "b", "c", "d"])
    let elements = try #require(change(.array(a), .array(GGUFArray(["a", "x", "c", "y"])))?.elements)
    #expect((elements.count, elements.first) == (2, 1))
    #expect((elements.a, elements.b) == (.string("b"), .string("x")))
    // A string may be as long as two, and all bytes the same in another place.
    let shifted = try #require(a.difference(to: GGUFArray(["ab", "", "c", "d"])))
    #expect((shifted.count, shifted.first) == (2, 0))
  }
}
