import GGUF
import TensorCore
import TestSupport
import Testing

@testable import Tokenizers

/// SentencePiece models, and what stands beside them.
struct SentencePieceTests {
  @Test func piecesScoresAndTypesAreWritten() throws {
    let found = try metadata(ModelBuilder().files(), .sentencePiece, size: 9)
    #expect(found["model"] == .string("llama"))
    #expect(found["pre"] == .string("default"))
    #expect(
      found["tokens"]?.strings == ["<unk>", "<s>", "</s>", "<0x0A>", "\u{2581}a", "b", "user", "gone", "[PAD8]"])
    #expect(found["scores"]?.floats == [0, 0, 0, 0, -1.5, -2.25, 0, 0, -10_000])
    #expect(found["token_type"]?.integers == [2, 3, 3, 6, 1, 1, 1, 5, 5])
  }

  @Test func addedTokensTakeThePlaceOfPieces() throws {
    let files = ModelBuilder().files([
      "added_tokens.json": #"{"<far>": 99, "<x>": 8}"#,
      "tokenizer_config.json": #"""
      {"added_tokens_decoder": {"1": {"content": "<s>", "special": true}, "9": {"content": "\u2581\u2581"},
       "6": {"content": "<unused0>"}}}
      """#,
    ])
    let options = TokenizerOptions(style: .sentencePiece, vocabularySize: 10)
    let result = try TokenizerMetadata(files, options)
    #expect(result.notes.contains { $0.contains("\"<far>\"") && $0.contains("99") })
    let found = try metadata(files, .sentencePiece, size: 10)
    #expect(found["tokens"]?.strings?.suffix(4) == ["<unused0>", "gone", "<x>", "  "])
    #expect(found["token_type"]?.integers == [2, 3, 3, 6, 1, 1, 3, 5, 4, 4])
    #expect(found["scores"]?.floats == [0, -1000, 0, 0, -1.5, -2.25, -1000, 0, -1000, -1000])
  }

  @Test func gemmaPutsNoBlankInFront() throws {
    for style in [VocabularyStyle.gemma, .gemma2, .gemma3] {
      let found = try metadata(ModelBuilder().files(), style)
      #expect(found["add_space_prefix"] == .bool(false))
      #expect(found["eot_token_id"] == (style == .gemma ? .uint32(107) : nil))
    }
  }

  @Test func llamaTakesTheModelFirst() throws {
    let others = ["tokenizer.json": DefinitionBuilder().json, "tokenizer_config.json": #"{"add_prefix_space": false}"#]
    let files = ModelBuilder().files(others)
    let entries = try TokenizerMetadata(files, TokenizerOptions(style: .llama)).entries
    #expect(entries.first == GGUFMetadata.Entry(key: "tokenizer.ggml.add_space_prefix", value: .bool(false)))
    #expect(entries.contains { $0.value == .string("llama") })
    let bytePairs = try metadata(DefinitionBuilder().files(), .llama)
    #expect(bytePairs["model"] == .string("gpt2"))
  }

  @Test func graniteAndCodeLlamaAreKnownByTheirSizes() throws {
    let granite = try metadata(DefinitionBuilder().files(), .llama, size: 49_152)
    #expect(granite["add_bos_token"] == .bool(false))
    let codeLlama = try metadata(ModelBuilder().files(), .llama, size: 32_016)
    #expect(codeLlama["eot_token_id"] == .uint32(32_010))
  }

  @Test func bytePairsWithByteFallbackAreSentencePieceWithoutScores() throws {
    var builder = DefinitionBuilder(
      vocabulary: #"{"<unk>": 0, "<s>": 1, "<0x41>": 2, "a": 3, "b": 4, "ab": 5}"#,
      addedTokens: #"[{"id": 1, "content": "<s>", "special": true}, {"id": 6, "content": "<x>"}]"#,
      decoder: #"{"type": "Sequence", "decoders": [{"type": "Fuse"}]}"#)
    builder.model += #", "byte_fallback": true"#
    let config = ["tokenizer_config.json": #"{"bos_token": "<s>"}"#]
    let found = try metadata(builder.files(config), .llama)
    #expect(found["model"] == .string("llama"))
    #expect(found["tokens"]?.strings == ["<unk>", "<s>", "<0x41>", "a", "b", "ab", "<x>"])
    #expect(found["token_type"]?.integers == [1, 3, 6, 1, 1, 1, 4])
    #expect(found["scores"]?.floats == [Float](repeating: -1000, count: 7))
    builder.vocabulary = #"{"<unk>": 0, "<s>": 1, "a": 3, "b": 4, "ab": 5}"#
    #expect(broken(builder.files(config), .llama) == .breaks(.idMissing(2, count: 5)))
  }

  @Test func phi3ReadsAddedTokensOfBothFiles() throws {
    let added =
      #"[{"id": 8, "content": "<|end|>", "special": true}, {"id": 9, "content": "\u2581t", "special": false}]"#
    let files = ModelBuilder().files([
      "tokenizer.json": DefinitionBuilder(addedTokens: added).json,
      "tokenizer_config.json": #"{"added_tokens_decoder": {"2": {"content": "</s>", "special": false}}}"#,
    ])
    let found = try metadata(files, .phi3, size: 10)
    #expect(found["token_type"]?.integers == [2, 3, 4, 6, 1, 1, 1, 5, 3, 4])
    #expect(found["tokens"]?.strings?.suffix(2) == ["<|end|>", "\u{2581}t"])
    #expect(broken(files, .phi3, size: 9) == .breaks(.idBeyondVocabulary(token: "\u{2581}t", id: 9, size: 9)))
  }

  @Test func aUnigramModelGetsTheTokensOfFairseq() throws {
    var builder = ModelBuilder()
    var normalizer = ProtobufBuilder()
    normalizer.message(2, [1, 0, 255])
    normalizer.varint(4, 0)
    builder.normalizer = normalizer.bytes
    let found = try metadata(builder.files(name: "sentencepiece.bpe.model"), .unigram, size: 9, types: 1)
    #expect(found["model"] == .string("t5"))
    #expect(
      found["tokens"]?.strings == ["<s>", "<pad>", "</s>", "<unk>", "<0x0A>", "\u{2581}a", "b", "user", "gone"])
    #expect(found["add_space_prefix"] == .bool(true))
    #expect(found["remove_extra_whitespaces"] == .bool(false))
    #expect(found["precompiled_charsmap"]?.integers == [1, 0, 255])
    #expect(found["token_type_count"] == .uint32(1))
  }

  @Test func aModelOfAnotherKindIsNoUnigram() {
    var (builder, trainer) = (ModelBuilder(), ProtobufBuilder())
    trainer.varint(3, 2)
    builder.trainer = trainer.bytes
    #expect(
      broken(builder.files(name: "sentencepiece.bpe.model"), .unigram) == .breaks(.notUnigram(modelType: 2)))
    #expect(
      broken(DefinitionBuilder().files(), .unigram) == .breaks(.modelUnfit(found: "BPE", expected: "Unigram")))
    #expect(
      broken(DefinitionBuilder().files(), .llamaHF)
        == .breaks(.modelUnfit(found: "BPE", expected: "BPE with byte fallback")))
  }

  @Test(arguments: ["AQD", "A=D/", "AQ%/"])
  func aTableOfNormalizationIsBase64(text: String) {
    let json = #"""
      {"normalizer": {"type": "Precompiled", "precompiled_charsmap": "\#(text)"},
       "model": {"type": "Unigram", "vocab": [["a", 0]]}}
      """#
    #expect(broken(TokenizerFiles(["tokenizer.json": Array(json.utf8)]), .unigram) == .breaks(.charsmapNotBase64))
  }

  @Test func aUnigramDefinitionKeepsItsScores() throws {
    let json = #"""
      {"added_tokens": [{"id": 0, "content": "<s>", "special": true}, {"id": 3, "content": "<m>"}],
       "normalizer": {"type": "Sequence", "normalizers": [{"type": "Precompiled", "precompiled_charsmap": "AQD/"}]},
       "model": {"type": "Unigram", "unk_id": 1, "vocab": [["<s>", 0.0], ["<unk>", 0.0], ["a", -1.5], ["<m>", 0]]}}
      """#
    let files = TokenizerFiles([
      "tokenizer.json": Array(json.utf8), "tokenizer_config.json": Array(#"{"bos_token": "<s>"}"#.utf8),
    ])
    for style in [VocabularyStyle.unigram, .nomicBert] {
      let found = try metadata(files, style)
      #expect(found["scores"]?.floats == [0, 0, -1.5, 0])
      #expect(found["token_type"]?.integers == [3, 2, 1, 4])
      #expect(found["precompiled_charsmap"]?.integers == [1, 0, 255])
    }
  }

  @Test(arguments: [
    (#"[["a"]]"#, TokenizerError.scoreMissing(token: "a", index: 0)), ("[[]]", .pieceMalformed(index: 0)),
    (#"[["a", 1e99]]"#, .scoreNotFinite(token: "a", index: 0)), (#"[["a", 0, 1]]"#, .pieceMalformed(index: 0)),
    (#"[["a", 0], ["a", 0]]"#, .tokenTwice("a", ids: [0, 1])),
  ])
  func brokenUnigramPiecesAreNamed(vocabulary: String, rule: TokenizerError) {
    let json = #"{"model": {"type": "Unigram", "vocab": \#(vocabulary)}}"#
    #expect(broken(TokenizerFiles(["tokenizer.json": Array(json.utf8)]), .unigram) == .breaks(rule))
  }
}
