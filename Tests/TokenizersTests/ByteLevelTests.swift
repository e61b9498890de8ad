import GGUF
import TensorCore
import TestSupport
import Testing

@testable import Tokenizers

/// Byte-level BPE, from tokenizer.json and from vocab.json with merges.txt.
struct ByteLevelTests {
  @Test func tokensTypesAndMergesAreWritten() throws {
    let found = try metadata(DefinitionBuilder().files(), .gpt2)
    #expect(found["model"] == .string("gpt2"))
    #expect(found["pre"] == .string("gpt-2"))
    #expect(found["tokens"]?.strings == ["<s>", "a", "b", "ab", "\u{120}"])
    #expect(found["token_type"]?.integers == [3, 1, 1, 1, 1])
    #expect(found["merges"]?.strings == ["a b"])
    #expect(found["scores"] == nil)
  }

  @Test func keysHaveTheConvertersOrder() throws {
    let builder = DefinitionBuilder(postProcessor: #"{"type": "ByteLevel"}"#)
    let files = builder.files([
      "tokenizer_config.json": #"{"eos_token": "<s>", "chat_template": "x"}"#, "config.json": #"{"bos_token_id": 1}"#,
    ])
    let keys = try TokenizerMetadata(files, TokenizerOptions(style: .gpt2)).entries.map(\.key)
    let ends = [
      "ggml.model", "ggml.pre", "ggml.tokens", "ggml.token_type", "ggml.merges", "ggml.eos_token_id",
      "ggml.bos_token_id", "ggml.add_bos_token", "ggml.add_eos_token", "chat_template",
    ]
    #expect(keys == ends.map { "tokenizer." + $0 })
  }

  @Test func mergesAsPairsKeepTheirBlanks() throws {
    let builder = DefinitionBuilder(
      vocabulary: #"{"<s>": 0, "a": 1, " ": 2, " a": 3, "\u0120": 4}"#, merges: #"[[" ", "a"]]"#)
    let found = try metadata(builder.files(), .gpt2)
    #expect(found["merges"]?.strings == ["\u{120} a"])
  }

  @Test func idsWithoutATokenArePadding() throws {
    let builder = DefinitionBuilder(vocabulary: #"{"<s>": 0, "a": 1, "b": 2, "ab": 4}"#)
    let found = try metadata(builder.files(), .gpt2, size: 7)
    #expect(found["tokens"]?.strings == ["<s>", "a", "b", "[PAD3]", "ab", "[PAD5]", "[PAD6]"])
    #expect(found["token_type"]?.integers == [3, 1, 1, 5, 1, 5, 5])
  }

  @Test func addedTokensAreControlOrUserDefined() throws {
    let builder = DefinitionBuilder(
      addedTokens: #"""
        [{"id": 0, "content": "<s>", "special": true}, {"id": 5, "content": "<|x|>", "special": false},
         {"id": 6, "content": "\u2581y", "special": false, "normalized": true},
         {"id": 7, "content": "\u0120z", "special": false, "normalized": false}]
        """#)
    let found = try metadata(builder.files(), .gpt2)
    #expect(found["tokens"]?.strings?.suffix(3) == ["<|x|>", " y", " z"])
    #expect(found["token_type"]?.integers?.suffix(3) == [3, 4, 4])
  }

  @Test func tokensOfTheConfigurationAreAdded() throws {
    let config = #"""
      {"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "<pad>", "eos_token": {"content": "a"},
       "additional_special_tokens": ["b"], "added_tokens_decoder": {"5": {"content": "<t>", "special": false}}}
      """#
    let found = try metadata(DefinitionBuilder().files(["tokenizer_config.json": config]), .gpt2)
    #expect(found["tokens"]?.strings == ["<s>", "a", "b", "ab", "\u{120}", "<t>", "<pad>"])
    #expect(found["token_type"]?.integers == [3, 3, 3, 1, 1, 4, 3])
  }

  @Test func vocabularyAndMergesMayStandInFilesOfTheirOwn() throws {
    let files = TokenizerFiles(
      [
        "vocab.json": #"{"<|endoftext|>": 0, "a": 1, "b": 2, "ab": 3}"#, "merges.txt": "#version: 0.2\na b\n\n",
        "tokenizer_config.json": #"{"tokenizer_class": "GPT2Tokenizer"}"#, "config.json": #"{"bos_token_id": 0}"#,
      ].mapValues { Array($0.utf8) })
    let found = try metadata(files, .gpt2)
    #expect(found["pre"] == .string("gpt-2"))
    #expect(found["token_type"]?.integers == [3, 1, 1, 1])
    #expect(found["merges"]?.strings == ["a b"])
    #expect(found["bos_token_id"] == .uint32(0))
  }

  @Test(arguments: [
    (DefinitionBuilder(vocabulary: #"{"a": 0, "b": 0}"#), TokenizerError.idTwice(id: 0, tokens: ["a", "b"])),
    (DefinitionBuilder(vocabulary: #"{"a": -1}"#), .idNotWhole(token: "a", text: "-1")),
    (DefinitionBuilder(vocabulary: #"{"a": 1.5}"#), .idNotWhole(token: "a", text: "1.5")),
    (
      DefinitionBuilder(vocabulary: #"{"a": 2147483648}"#),
      .idTooLarge(token: "a", id: 2_147_483_648, limit: TokenizerLimits.tokens)
    ),
    (DefinitionBuilder(vocabulary: #"{"a": "1"}"#), .wrongType("a", found: "string", expected: "a whole number")),
    (DefinitionBuilder(merges: #"["a c"]"#), .mergeOfUnknown(index: 0, token: "c")),
    (DefinitionBuilder(merges: #"["a b", "b a"]"#), .mergeOfUnknown(index: 1, token: "ba")),
    (DefinitionBuilder(merges: #"["ab"]"#), .mergeMalformed(index: 0)),
    (DefinitionBuilder(merges: #"[["a", "b", "ab"]]"#), .mergeMalformed(index: 0)),
    (
      DefinitionBuilder(addedTokens: #"[{"id": 3, "content": "<s>"}]"#),
      .addedTokenContradicts("<s>", id: 3, vocabulary: 0)
    ),
    (DefinitionBuilder(addedTokens: #"[{"id": 3, "content": "<x>"}]"#), .addedIDTaken("<x>", id: 3, by: "ab")),
    (DefinitionBuilder(addedTokens: #"[{"content": "<x>"}]"#), .addedTokenWithoutID("<x>", found: nil)),
    (DefinitionBuilder(addedTokens: #"[{"id": 9}]"#), .addedTokenMalformed(index: 0)),
    (DefinitionBuilder(model: #""type": "CharBPE""#), .modelUnknown("CharBPE")),
    (DefinitionBuilder(vocabulary: "{}", merges: "[]", addedTokens: "[]"), .vocabularyEmpty),
  ])
  func whatIsBrokenIsNamed(builder: DefinitionBuilder, rule: TokenizerError) {
    #expect(broken(builder.files(), .gpt2) == .breaks(rule))
  }

  @Test func aVocabularyLargerThanTheModelIsAnError() {
    #expect(
      broken(DefinitionBuilder().files(), .gpt2, size: 4)
        == .breaks(.idBeyondVocabulary(token: "\u{120}", id: 4, size: 4)))
    let limit = TokenizerLimits.tokens
    #expect(
      broken(DefinitionBuilder().files(), .gpt2, size: limit + 1)
        == .breaks(.vocabularySizeTooLarge(limit + 1, limit: limit)))
  }

  @Test func aFolderWithoutATokenizerSaysWhatIsExpected() {
    guard case .breaks(.noTokenizer) = broken(TokenizerFiles([:]), .gpt2) else {
      Issue.record("an empty folder has a tokenizer")
      return
    }
    let files = TokenizerFiles(["vocab.json": Array("{}".utf8)])
    #expect(broken(files, .gpt2) == .breaks(.fileMissing("merges.txt", reason: "which goes with vocab.json")))
  }

  @Test func plainFilesThatAreNotUTF8AreErrors() {
    let vocabulary = Array(#"{"a": 0}"#.utf8)
    let files = TokenizerFiles(["vocab.json": vocabulary, "merges.txt": Array("a a\n".utf8) + [0xFF, 0x20, 0x61]])
    #expect(broken(files, .gpt2) == .breaks(.notUTF8(line: 2)))
    #expect(broken(TokenizerFiles(["vocab.txt": [0x61, 0x0A, 0xFF]]), .wordPiece) == .breaks(.notUTF8(line: 2)))
  }
}
