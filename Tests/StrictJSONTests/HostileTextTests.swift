import StrictJSON
import TestSupport
import Testing

/// Whatever the bytes, the scanner answers, and its answer is that of the grammar.
struct HostileTextTests {
  private static let pieces = [
    "{", "}", "[", "]", ",", ":", "\"", "\"a\"", "\"b\":", "\\", "\\u00", "0", "1", "-", ".", "e", "E+", "true", "null",
    "fals", " ", "\n", "12",
  ]

  /// A random value that is JSON, of some tens of bytes.
  private static func value(_ generator: inout SeededGenerator, depth: Int = 0) -> String {
    let blank = generator.pick(["", "", " ", "\n"])
    let count = Int.random(in: 0...3, using: &generator)
    switch Int.random(in: 0...(depth < 3 ? 6 : 4), using: &generator) {
    case 0: return blank + generator.pick(["0", "-1", "12.5", "1e5", "0.1E-2", "-0"])
    case 1: return generator.pick(["true", "false", "null"]) + blank
    case 2, 3: return blank + generator.pick(["\"\"", "\"ab\"", "\"\\n\"", "\"\\u0041\"", "\"a\\\\\""])
    case 4, 5: return "[" + (0..<count).map { _ in value(&generator, depth: depth + 1) }.joined(separator: ",") + "]"
    default:
      let members = (0..<count).map { "\"k\($0)\"" + blank + ":" + value(&generator, depth: depth + 1) }
      return blank + "{" + members.joined(separator: ",") + "}"
    }
  }

  /// Whether scanner and grammar agree; what the grammar knows nothing of is left out.
  private static func agree(_ text: String) -> Bool {
    switch check(text) {
    case nil: ReferenceGrammar.accepts(text)
    case .duplicateKey, .loneSurrogate, .tooDeep: true
    default: !ReferenceGrammar.accepts(text)
    }
  }

  @Test(arguments: [101, 102] as [UInt64])
  func randomJSONIsAccepted(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<1000 {
      let text = Self.value(&generator)
      #expect(check(text) == nil, "seed \(seed): \(text)")
    }
  }

  @Test(arguments: [111, 112, 113] as [UInt64])
  func mutatedJSONIsJudgedAsTheGrammarJudgesIt(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<2000 {
      var text = Array(Self.value(&generator))
      for _ in 0..<Int.random(in: 1...2, using: &generator) {
        let at = Int.random(in: 0...text.count, using: &generator)
        switch Int.random(in: 0...2, using: &generator) {
        case 0 where at < text.count: text.remove(at: at)
        case 1 where at < text.count: text[at] = generator.pick(Array("{}[],:\"\\0e.- tn"))
        default: text.insert(contentsOf: generator.pick(Self.pieces), at: at)
        }
      }
      #expect(Self.agree(String(text)), "seed \(seed): \(String(text)): \(String(describing: check(String(text))))")
    }
  }

  @Test(arguments: [121, 122, 123] as [UInt64])
  func randomPiecesAreJudgedAsTheGrammarJudgesThem(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<3000 {
      let count = Int.random(in: 0...8, using: &generator)
      let text = (0..<count).map { _ in generator.pick(Self.pieces) }.joined()
      #expect(Self.agree(text), "seed \(seed): \(text): \(String(describing: check(text)))")
    }
  }

  @Test(arguments: [131, 132, 133] as [UInt64])
  func randomBytesAreAnErrorInsideTheText(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<5000 {
      // The first byte is one that no value starts with, so that every text is wrong.
      let bytes =
        [UInt8.random(in: 0x80...0xFF, using: &generator)] + generator.bytes(Int.random(in: 0...40, using: &generator))
      #expect(check(bytes) == .unexpected(found: bytes[0], expected: "a value", at: 0), "seed \(seed): \(bytes.hex)")
      // Behind an opening, the bytes are looked at. They are wrong too: no end follows the text's end.
      for opening in ["[", "{\"", "[\"\\", "{\"a\":-", "[\"\\uD8"] {
        #expect(check(Array(opening.utf8) + bytes) != nil, "seed \(seed): \(opening) \(bytes.hex)")
      }
    }
  }
}
