import Digests
import GGUF
import StrictJSON
import TensorCore
import TestSupport
import Testing

@testable import Tokenizers

/// How the pre-tokenizer's name is found.
struct PreTokenizerTests {
  private func split(_ pattern: String) -> String {
    let text = pattern.replacing(exactly: #"\"#, with: #"\\"#).replacing(exactly: "\"", with: #"\""#)
    return #"{"type": "Split", "pattern": {"Regex": "\#(text)"}, "behavior": "Isolated", "invert": false}"#
  }

  private func sequence(_ steps: String...) -> String {
    let steps = steps + [#"{"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}"#]
    return #"{"type": "Sequence", "pretokenizers": [\#(steps.joined(separator: ", "))]}"#
  }

  @Test func theCheckTextIsThatOfTheConverter() {
    let digest = DigestAlgorithm.sha256.digest(of: Array(CheckText.text.utf8))
    #expect(digest.description == "a36179c1e2b1cfcfbfad1dc779addad2ffc778201e4cf0d538bddeafa2c526da")
  }

  @Test func definitionsHaveNames() throws {
    let cases = [
      (#"{"type": "ByteLevel", "add_prefix_space": false}"#, "gpt-2"),
      (sequence(split(SplitPattern.gpt2)), "gpt-2"), (sequence(split(SplitPattern.llama3)), "llama-bpe"),
      (sequence(split(SplitPattern.qwen2)), "qwen2"), (sequence(split(SplitPattern.qwen35)), "qwen35"),
      (sequence(split(SplitPattern.gpt4o)), "gpt-4o"), (sequence(split(SplitPattern.tekken)), "tekken"),
      (sequence(#"{"type": "Digits", "individual_digits": true}"#, split(SplitPattern.gpt2)), "smollm"),
      (
        sequence(
          split(SplitPattern.deepSeekDigits), split(SplitPattern.deepSeekHan), split(SplitPattern.deepSeekWords)),
        "deepseek-v3"
      ),
    ]
    for (definition, name) in cases {
      let found = try metadata(DefinitionBuilder(preTokenizer: definition).files(), .gpt2)
      #expect(found["pre"] == .string(name))
    }
  }

  @Test func lineBreaksInAPatternMayBeSpelledAsTheyAre() throws {
    let raw = SplitPattern.qwen2.replacing(exactly: #"\r"#, with: "\r").replacing(exactly: #"\n"#, with: "\n")
    #expect(SplitPattern.canonical(raw) == SplitPattern.qwen2)
  }

  @Test(arguments: [
    "null", #"{"type": "ByteLevel", "add_prefix_space": true}"#, #"{"type": "Whitespace"}"#,
    #"{"type": "Split", "pattern": {"Regex": "(a+)+$"}, "behavior": "Isolated"}"#, #"{"type": "Metaspace"}"#,
  ])
  func whatIsNotRecognisedSaysWhatWasSeenAndWhatToDo(definition: String) {
    let files = DefinitionBuilder(preTokenizer: definition).files()
    guard case .breaks(let error) = broken(files, .gpt2), case .preTokenizerUnknown = error else {
      Issue.record("\(definition) is recognised")
      return
    }
    #expect("\(error)".contains("--pre-tokenizer NAME"))
  }

  @Test func theNameCanBeGiven() throws {
    let builder = DefinitionBuilder(preTokenizer: #"{"type": "Whitespace"}"#)
    #expect(try metadata(builder.files(), .gpt2, pre: "falcon")["pre"] == .string("falcon"))
    #expect(broken(builder.files(), .gpt2, pre: "no-such") == .breaks(.preTokenizerNameUnknown("no-such")))
  }

  @Test func plainFilesOfAnUnknownClassAreAnError() {
    let files = TokenizerFiles([
      "vocab.json": Array(#"{"a": 0}"#.utf8), "merges.txt": [],
      "tokenizer_config.json": Array(#"{"tokenizer_class": "OwnTokenizer"}"#.utf8),
    ])
    #expect(broken(files, .gpt2) == .breaks(.preTokenizerUndefined(tokenizerClass: "OwnTokenizer")))
  }

  @Test func publishedDigestsNameWhatLlamaCppHas() {
    for (digest, name) in PublishedTokenizers.names {
      #expect(digest.utf8.count == 64)
      #expect(PreTokenizerName.all.contains(name))
    }
  }

  // MARK: The parts of the check

  @Test func bytePairsAreMergedInTheOrderOfTheList() throws {
    let builder = DefinitionBuilder(
      vocabulary: #"{"a": 0, "b": 1, "c": 2, "ab": 3, "bc": 4, "abc": 5}"#, merges: #"["b c", "a b", "a bc"]"#,
      addedTokens: "[]")
    let definition = try TokenizerDefinition(json: Array(builder.json.utf8), readsModel: true)
    let encoding = BytePairEncoding(definition, try definition.resolvedMerges())
    func ids(_ word: String) -> [Int] { encoding.ids(of: Array(word.unicodeScalars)) }
    #expect(ids("abc") == [5])
    #expect(ids("abab") == [3, 3])
    #expect(ids("xbca") == [4, 0])
  }

  @Test func wordPieceTakesTheLongestPieceThatFits() throws {
    let definition = try TokenizerDefinition(wordPieces: Array("[UNK]\nun\n##aff\n##able\naff\n##a".utf8))
    let encoding = WordPieceEncoding(definition)
    func ids(_ word: String) -> [Int] { encoding.ids(of: Array(word.unicodeScalars)) }
    #expect(ids("unaffable") == [1, 2, 3])
    #expect(ids("unx") == [0])
  }

  @Test func addedTokensAreFoundLongestFirstWithTheirBlanks() {
    let search = AddedTokenSearch([
      AddedToken(content: "<a>", id: 1), AddedToken(content: "<a><b>", id: 2),
      AddedToken(content: "m", id: 3, takesBlanksBefore: true, isWholeWord: true),
    ])
    let parts = search.parts(of: Array("x<a><b><a> m me".unicodeScalars)).map { part in
      switch part {
      case .token(let id): "\(id)"
      case .text(let text): String(String.UnicodeScalarView(text))
      }
    }
    #expect(parts == ["x", "2", "1", "3", " me"])
  }
}
