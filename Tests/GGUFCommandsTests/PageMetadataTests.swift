import GGUF
import Reports
import Testing

@testable import GGUFCommands

@Suite("What a page has of the metadata")
struct PageMetadataTests {
  private func pair(_ value: GGUFValue, room: Int = PageMetadata.characters) -> (pair: PageMetadata, room: Int) {
    var room = room
    let pair = PageMetadata(.init(key: "key", value: value), room: &room)
    return (pair, room)
  }

  @Test("A value is whole where there is room, and takes its characters off it")
  func whole() {
    let (pair, room) = pair(.string("caf\u{E9}"), room: 1000)
    #expect(pair.text == "caf\u{E9}" && pair.whole == nil && pair.type == "str")
    #expect(room == 996)
  }

  @Test("A long string is its beginning, and how long it is", arguments: [("x", 1_000_000), ("\u{1F980}", 50_000)])
  func longString(character: String, count: Int) {
    let (pair, _) = pair(.string(String(repeating: character, count: count)))
    #expect(pair.text == String(repeating: character, count: 40_000))
    #expect(pair.whole == (count == 50_000 ? "50,000 characters in all" : "1,000,000 characters in all"))
  }

  @Test("Of an array the first hundred elements, and how many there are")
  func longArray() {
    let array = GGUFArray((0..<262_144).map { "t\($0)" })
    let (pair, _) = pair(.array(array))
    #expect(pair.text.hasPrefix("\"t0\", \"t1\", ") && pair.text.hasSuffix("\"t99\""))
    #expect(pair.whole == "262,144 elements in all" && pair.type == "[str]")
    #expect(self.pair(.array(GGUFArray(["a", "b"]))).pair.whole == nil)
  }

  @Test("Where there is no room left, a hundred characters of each value are kept")
  func noRoom() {
    let (pair, room) = pair(.string(String(repeating: "x", count: 5000)), room: 7)
    #expect(pair.text.count == 100 && pair.whole == "5,000 characters in all")
    #expect(room == -93)
    #expect(self.pair(.string("short"), room: room).pair.whole == nil)
  }

  @Test("A key of a megabyte is cut")
  func longKey() {
    var room = 1000
    let pair = PageMetadata(.init(key: String(repeating: "k", count: 1 << 20), value: .uint8(1)), room: &room)
    #expect(pair.key.count == 1000 && pair.text == "1")
  }

  private func vocabulary(_ changes: [(String, GGUFValue)]) -> PageVocabulary? {
    var metadata = GGUFMetadata()
    metadata["tokenizer.ggml.tokens"] = .array(GGUFArray(["<s>", "", "a\0"]))
    for (key, value) in changes { metadata["tokenizer.ggml.\(key)"] = value }
    return PageVocabulary(metadata, limit: 2)
  }

  @Test("The first tokens, with their types and scores as far as there are any")
  func tokens() throws {
    let plain = try #require(vocabulary([]))
    #expect(plain.count == 3 && plain.tokens.map(\.text) == ["<s>", ""])
    #expect(plain.tokens.allSatisfy { $0.score == nil && $0.type == nil })
    let full = try #require(
      vocabulary([("token_type", .array(GGUFArray([UInt64(3)]))), ("scores", .array(GGUFArray([7, 9] as [UInt64])))]))
    #expect(full.tokens.map(\.type) == ["control", nil] && full.tokens.map(\.score) == [7, 9])
    let odd = try #require(
      vocabulary([("token_type", .array(GGUFArray([99, UInt64.max]))), ("scores", .string("x"))]))
    #expect(odd.tokens.map(\.type) == ["unknown type 99", nil] && odd.tokens.map(\.score) == [nil, nil])
  }

  @Test("No tokens, or something else under their key, is no vocabulary")
  func noVocabulary() {
    #expect(PageVocabulary(GGUFMetadata(), limit: 2) == nil)
    #expect(vocabulary([("tokens", .uint32(1))]) == nil)
    #expect(vocabulary([("tokens", .array(GGUFArray([1 as UInt64])))]) == nil)
  }
}
