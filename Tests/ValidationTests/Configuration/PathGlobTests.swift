import TestSupport
import Testing

@testable import Validation

@Suite("Patterns for paths")
struct PathGlobTests {
  @Test(
    "match what shells and .gitignore match",
    arguments: [
      ("a.gguf", "a.gguf", true), ("a.gguf", "b.gguf", false), ("*.gguf", "a.gguf", true), ("*.gguf", ".gguf", true),
      ("*.gguf", "d/a.gguf", false), ("*", "", false), ("a*b*c", "aXbYc", true), ("a*b*c", "aXbY", false),
      ("?.gguf", "a.gguf", true), ("?.gguf", "ab.gguf", false), ("?", "ö", true), ("[a-c]x", "bx", true),
      ("[a-c]x", "dx", false), ("[!a-c]x", "dx", true), ("[^a-c]x", "bx", false), ("[]]x", "]x", true),
      ("[a-]x", "-x", true), ("[z-a]x", "bx", false), ("[ab", "[ab", true), ("a[", "a[", true),
      ("**/*.gguf", "a.gguf", true), ("**/*.gguf", "x/y/a.gguf", true), ("x/**", "x/y/a.gguf", true),
      ("x/**", "x", true), ("x/**/a", "x/a", true), ("x/**/a", "x/1/2/a", true), ("x/**/a", "y/a", false),
      ("**/b/**/d", "a/b/c/d", true), ("**/b/**/d", "a/c/d", false), ("a**b", "aXb", true), ("a**b", "a/b", false),
      (#"\*.gguf"#, "*.gguf", true), (#"\*.gguf"#, "a.gguf", false), (#"a\"#, #"a\"#, true), ("x//y/", "x/y", true),
      ("a.b", "axb", false), ("*a", "aaab", false), ("*ab", "aabab", true),
    ])
  func matches(_ pattern: String, _ path: String, _ isMatch: Bool) {
    #expect(PathGlob(pattern).matches(path) == isMatch)
  }

  @Test("a folder is entered only where something in it can match")
  func folders() {
    let glob = PathGlob("a/b*/**/c/*.gguf")
    for (folder, isWorth) in [("a", true), ("x", false), ("a/b1", true), ("a/c", false), ("a/b/x/y/c", true)] {
      #expect(glob.canMatch(below: PathGlob.components(of: folder)) == isWorth, "\(folder)")
    }
    #expect(!PathGlob("*.gguf").canMatch(below: ["x"]))
    #expect(PathGlob("*/x").canMatch(below: ["x"]))
    #expect(!PathGlob("*/x").canMatch(below: ["x", "x"]))
  }

  @Test("a pattern that other matchers try in exponentially many ways is answered")
  func hostile() {
    let name = String(repeating: "a", count: 2000)
    #expect(!PathGlob(String(repeating: "a*", count: 500) + "b").matches(name))
    let path = Array(repeating: "a", count: 500).joined(separator: "/")
    #expect(!PathGlob(String(repeating: "**/a/", count: 100) + "b").matches(path))
  }

  /// The obvious matcher, which takes its time.
  private static func matchesByTrying(_ pattern: ArraySlice<Character>, _ text: ArraySlice<Character>) -> Bool {
    guard let first = pattern.first else { return text.isEmpty }
    if first == "*" {
      return (0...text.count).contains { matchesByTrying(pattern.dropFirst(), text.dropFirst($0)) }
    }
    guard let character = text.first, first == "?" || first == character else { return false }
    return matchesByTrying(pattern.dropFirst(), text.dropFirst())
  }

  @Test("finds what trying every way finds")
  func againstTrying() {
    var generator = SeededGenerator(seed: 20261121)
    var matches = 0
    for _ in 0..<5000 {
      let pattern = (0..<Int.random(in: 1...7, using: &generator)).map { _ in "ab*?".randomElement(using: &generator)! }
      let text = (0..<Int.random(in: 1...8, using: &generator)).map { _ in "ab".randomElement(using: &generator)! }
      let expected = Self.matchesByTrying(pattern[...], text[...])
      matches += expected ? 1 : 0
      #expect(
        PathGlob(String(pattern)).matches(String(text)) == expected || String(pattern) == "**",
        "\(String(pattern)) and \(String(text)), seed \(generator.seed)")
    }
    #expect((500...4500).contains(matches))
  }
}
