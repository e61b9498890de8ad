import GGUF
import TensorCore
import TestSupport
import Testing

/// Strings are read many at a time where they stand whole in what is read of the file at once (256 KiB).
@Suite("Arrays of strings")
struct StringArrayTests {
  @Test(
    "All strings come back, whatever lies across the parts in which the file is read",
    arguments: [ByteOrder.little, .big], [1, 2, 3] as [UInt64])
  func roundTrip(order: ByteOrder, seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let pieces = ["a", "token", "größe", "重み", "🙂", "\u{0}", "▁the"]
    let strings = (0..<30_000).map { index in
      let length = index % 9_000 == 8_999 ? 300_000 : Int.random(in: 0...12, using: &generator)
      return (0..<(length / 4)).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
    }
    var builder = GGUFBuilder()
    builder.order = order
    builder.add("tokenizer.ggml.tokens", .array(of: 8, strings.map { .string($0) }))
    builder.add("after", .u32(7))
    let folder = try TemporaryFolder()
    let file = try GGUFFile(path: folder.write("tokens.gguf", builder.build()))
    #expect(file.deviations == [], "seed \(seed)")
    #expect(file.metadata["tokenizer.ggml.tokens"] == .array(GGUFArray(strings)), "seed \(seed)")
    #expect(file.metadata["after"] == .uint32(7))
  }

  @Test("A string that is not UTF-8 is named, and those behind it are read", arguments: [0, 1, 5_000, 9_999])
  func notUTF8(index: Int) throws {
    var values = (0..<10_000).map { GGUFBuilder.Value.string("token \($0)") }
    values[index] = .bytes([0x66, 0xFF, 0x80])
    var builder = GGUFBuilder()
    builder.add("tokens", .array(of: 8, values))
    let folder = try TemporaryFolder()
    let file = try GGUFFile(path: folder.write("tokens.gguf", builder.build()))
    let before = values[..<index].reduce(0) { sum, value in
      if case .string(let text) = value { sum + 8 + text.utf8.count } else { sum }
    }
    // Magic, version and counts; the key; its type, the array's type and count.
    let start = 24 + 8 + 6 + 4 + 4 + 8
    #expect(file.deviations == [.stringNotUTF8(key: "tokens", at: start + before)])
    #expect(file.metadata["tokens"].map { if case .array(let array) = $0 { array.count } else { 0 } } == 10_000)
  }
}
