@testable import GGUF
import TestSupport
import Testing

@testable import Validation

@Suite("The table of tokens")
struct TokenTableTests {
  @Test("is made once for all rules that ask for it")
  func once() {
    let box = Once<Int>()
    var made = 0
    func make() -> Int {
      made += 1
      return 7
    }
    #expect(box.value(make) == 7 && box.value(make) == 7 && made == 1)
    let nothing = Once<Int?>()
    _ = nothing.value { nil }
    #expect(nothing.value { 1 } == nil)
  }

  @Test("finds exactly what a set of strings finds, whatever the lengths of tokens")
  func comparison() throws {
    var generator = SeededGenerator(seed: 0x70C3)
    print("seed \(generator.seed)")
    func word() -> String {
      let length = Int.random(in: 0...19, using: &generator)
      return String((0..<length).map { _ in "ab ".randomElement(using: &generator) ?? "a" })
    }
    let words = (0..<3000).map { _ in word() }
    let table = try #require(TokenTable(GGUFArray(words)))
    let set = Set(words.filter { !$0.isEmpty })
    var seen: Set<String> = []
    var duplicates = 0
    for word in words where !word.isEmpty && !seen.insert(word).inserted { duplicates += 1 }
    #expect(table.duplicates?.count ?? 0 == duplicates)
    #expect(table.count == words.count)
    for _ in 0..<3000 {
      let bytes = Array(word().utf8)
      guard !bytes.isEmpty else { continue }
      #expect(table.contains(bytes, 0..<bytes.count) == set.contains(String(decoding: bytes, as: UTF8.self)))
    }
  }

  @Test("tells which token stood before")
  func first() throws {
    let table = try #require(TokenTable(GGUFArray(["", "x", "", "y", "x", "x"])))
    let duplicates = try #require(table.duplicates)
    #expect(duplicates.count == 2 && duplicates.first == (earlier: 1, later: 4))
    #expect(table.text(4) == "x")
  }
}
