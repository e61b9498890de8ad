import TestSupport
import Testing

@testable import StrictYAML

@Suite("Regular expressions of configurations and recipes")
struct NameRegexTests {
  @Test(
    "are found or not",
    arguments: [
      ("", "", true), ("", "a", true), ("a", "", false), ("b", "abc", true), ("^b", "abc", false), ("c$", "abc", true),
      ("^abc$", "abc", true), ("^abc$", "abcd", false), ("a.c", "a\nc", false), ("a.c", "aéc", true),
      ("^blk\\.\\d+\\.attn_(q|k)\\.weight$", "blk.12.attn_k.weight", true),
      ("^blk\\.\\d+\\.attn_(q|k)\\.weight$", "blk.12.attn_v.weight", false),
      ("^blk\\.\\d+\\.attn_(q|k)\\.weight$", "blk.12xattn_k.weight", false),
      ("^a{2,3}$", "a", false), ("^a{2,3}$", "aa", true), ("^a{2,3}$", "aaaa", false), ("^a{2}$", "aa", true),
      ("^(ab){2,}c$", "ababababc", true), ("^(ab){2,}c$", "abc", false), ("^a{0}$", "", true),
      ("^a+?b*?$", "aab", true),
      ("^(|a)$", "", true), ("^(a|)$", "a", true), ("^(a*)*b$", "aaab", true), ("^(a|b)*$", "abba", true),
      ("^[a-c_]+$", "ab_c", true), ("^[^a-c]$", "d", true), ("^[^a-c]$", "b", false), ("^[]a]$", "]", true),
      ("^[a-]$", "-", true), ("^[\\d.]+$", "1.5", true), ("^[\\]-a]$", "^", true), ("^[^\\D]$", "7", true),
      ("^\\W\\D\\S$", " ax", true), ("^\\W\\D\\S$", "aax", false), ("\\bq\\b", "attn.q.w", true),
      ("\\bq\\b", "attn_q_w", false), ("\\Bq", "aq", true), ("^\\s\\t\\n\\r$", "\u{B}\t\n\r", true),
      ("^\\^\\$\\(\\)\\/$", "^$()/", true), ("^(?:ab|cd)+$", "abcd", true), ("é|ü", "über", true),
    ])
  func found(_ pattern: String, _ text: String, _ isFound: Bool) throws {
    #expect(try NameRegex(pattern).matches(text) == isFound)
  }

  @Test(
    "mistakes are told",
    arguments: [
      ("(", "( does not end"), (")", ")"), ("a)b", ")"), ("[a", "[ does not end"), ("[", "[ does not end"),
      ("[]", "[ does not end"), ("*a", "nothing stands before *"), ("(+)", "nothing stands before +"),
      ("a{2", "{ does not end"), ("a{x}", "{x} repeats nothing"), ("a{3,2}", "{3,2} repeats nothing"),
      ("a{1001}", "{1001} repeats nothing"), ("a{-1}", "{-1} repeats nothing"), ("a{,}", "{,} repeats nothing"),
      ("a{99999999999999999999}", "repeats nothing"), ("[b-a]", "the range b-a is empty"), ("a\\", "\\ does not end"),
      ("(a)\\1", "\\1 is not among"), ("(?=a)", "(?= is not among"), ("(?i)a", "(?i is not among"),
      ("a**", "a repetition of a repetition"), ("\\p{L}", "\\p is not among"),
      ("^*", "nothing stands before * but an anchor"),
      ("(a{1000}){1000}", "more than 1000 steps"), ("((((){1000}){1000}){1000}){1000}", "more than 1000 steps"),
      (String(repeating: "(", count: 10_000), "nested more than 32 deep"),
      (String(repeating: "a", count: 1001), "more than 1000 steps"),
    ])
  func mistakes(_ pattern: String, _ message: String) {
    #expect {
      _ = try NameRegex(pattern)
    } throws: {
      "\($0)".contains(message)
    }
  }

  /// Each takes backtracking longer than anybody lives.
  @Test("no pattern takes long", arguments: ["(a+)+$", "(a|a)*b", "(a|aa)+$", "(.*)*(.*)*(.*)*b", "(a{0,20}){0,20}b"])
  func bounded(_ pattern: String) throws {
    #expect(try !NameRegex(pattern).matches(String(repeating: "a", count: 5000) + "!"))
  }

  @Test("agree with Swift's on random patterns and texts")
  func random() throws {
    let seed = UInt64.random(in: .min ... .max)
    var generator = SeededGenerator(seed: seed)
    let pieces = ["a", "b", ".", "[ab]", "[^a]", "(", ")", "|", "*", "+", "?", "{1,2}", "^", "$", "\\w", "\\b"]
    var compared = 0
    for _ in 0..<4000 {
      let pattern = (0..<Int.random(in: 1...8, using: &generator)).map { _ in
        pieces[Int.random(in: pieces.indices, using: &generator)]
      }.joined()
      guard let ours = try? NameRegex(pattern), let swift = try? Regex(pattern) else { continue }
      for _ in 0..<5 {
        let text = String(
          (0..<Int.random(in: 0...6, using: &generator)).map { _ in "ab_-"[Int.random(in: 0...3, using: &generator)] })
        let expected = (try? swift.wordBoundaryKind(.simple).firstMatch(in: text)) != nil
        #expect(ours.matches(text) == expected, "\(pattern) in \(text), seed \(seed)")
        compared += 1
      }
    }
    #expect(compared > 1000, "\(compared) comparisons, seed \(seed)")
  }
}

extension String {
  fileprivate subscript(index: Int) -> Character { self[self.index(startIndex, offsetBy: index)] }
}
