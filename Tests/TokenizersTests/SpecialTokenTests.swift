import GGUF
import TensorCore
import TestSupport
import Testing

@testable import Tokenizers

/// Ids of special tokens, what is put around texts, and chat templates.
struct SpecialTokenTests {
  private static let template = #"""
    {"type": "TemplateProcessing",
     "single": [{"SpecialToken": {"id": "a"}}, {"Sequence": {"id": "A"}}, {"SpecialToken": {"id": "b"}}],
     "pair": [{"SpecialToken": {"id": "a"}}, {"Sequence": {"id": "A"}}, {"SpecialToken": {"id": "b"}},
              {"Sequence": {"id": "B"}}, {"SpecialToken": {"id": "b"}}], "special_tokens": {}}
    """#
  private static let added = #"""
    [{"id": 1, "content": "a", "special": true}, {"id": 2, "content": "b", "special": true},
     {"id": 3, "content": "ab", "special": true}]
    """#

  @Test func tokenizersComeBeforeModels() throws {
    let files = DefinitionBuilder(addedTokens: Self.added).files([
      "tokenizer_config.json": #"{"bos_token": "a", "eos_token": {"content": "b"}, "add_bos_token": true}"#,
      "config.json":
        #"{"bos_token_id": 9, "eos_token_id": [1, 2], "pad_token_id": 3, "text_config": {"sep_token_id": 4}}"#,
    ])
    let found = try metadata(files, .gpt2)
    #expect(found["bos_token_id"] == .uint32(1))
    #expect(found["eos_token_id"] == .uint32(2))
    #expect(found["padding_token_id"] == .uint32(3))
    #expect(found["seperator_token_id"] == .uint32(4))
    #expect(found["add_bos_token"] == .bool(true))
    #expect(found["add_eos_token"] == nil)
  }

  @Test func aTemplateSaysWhatIsPutAroundATextAndBetweenTwo() throws {
    let builder = DefinitionBuilder(addedTokens: Self.added, postProcessor: Self.template)
    let config = #"{"cls_token": "a", "sep_token": "b"}"#
    let found = try metadata(builder.files(["tokenizer_config.json": config]), .gpt2)
    #expect(found["bos_token_id"] == .uint32(1))
    #expect(found["eos_token_id"] == .uint32(2))
    #expect(found["add_bos_token"] == .bool(true))
    #expect(found["add_eos_token"] == .bool(true))
    #expect(found["add_sep_token"] == .bool(false))
  }

  @Test func anotherEndThanTheConfiguredOneIsTheEndAndTheOtherEndsATurn() throws {
    let builder = DefinitionBuilder(addedTokens: Self.added, postProcessor: Self.template)
    let config = #"{"bos_token": "a", "eos_token": "ab"}"#
    let found = try metadata(builder.files(["tokenizer_config.json": config]), .gpt2)
    #expect(found["eos_token_id"] == .uint32(2))
    #expect(found["eot_token_id"] == .uint32(3))
  }

  @Test func robertaPutsTokensAroundAndBetween() throws {
    let builder = DefinitionBuilder(
      addedTokens: Self.added, postProcessor: #"{"type": "RobertaProcessing", "sep": ["b", 2], "cls": ["a", 1]}"#)
    let found = try metadata(builder.files(["tokenizer_config.json": #"{"mask_token": "ab"}"#]), .roberta, types: 1)
    #expect(found["pre"] == .string("roberta-bpe"))
    for key in ["add_bos_token", "add_eos_token", "add_sep_token"] { #expect(found[key] == .bool(true)) }
    #expect(found["mask_token_id"] == .uint32(3))
    #expect(found["token_type_count"] == .uint32(1))
  }

  @Test func flagsOfTheNormalizerAreWritten() throws {
    let normalizer = #"""
      {"type": "Sequence", "normalizers": [{"type": "Lowercase"}, {"type": "BertNormalizer", "strip_accents": false}]}
      """#
    let found = try metadata(DefinitionBuilder(normalizer: normalizer).files(), .gpt2)
    #expect(found["normalizer.lowercase"] == .bool(true))
    #expect(found["normalizer.strip_accents"] == .bool(false))
  }

  @Test func aNegativeIdIsAnError() {
    let files = DefinitionBuilder().files(["config.json": #"{"pad_token_id": -1}"#])
    #expect(broken(files, .gpt2) == .breaks(.specialTokenNegative("pad_token_id", text: "-1")))
  }

  // MARK: Chat templates

  @Test func namedTemplatesHaveKeysOfTheirOwn() throws {
    let config = #"""
      {"chat_template": [{"name": "default", "template": "D"}, {"name": "tool use", "template": "T"}]}
      """#
    let found = try metadata(DefinitionBuilder().files(["tokenizer_config.json": config]), .gpt2)
    #expect(found["chat_template"] == .string("D"))
    #expect(found["chat_template.tool_use"] == .string("T"))
    #expect(found["chat_templates"]?.strings == ["tool_use"])
  }

  @Test func templatesMayStandInFilesOfTheirOwn() throws {
    let files = DefinitionBuilder().files([
      "tokenizer_config.json": #"{"bos_token": "a"}"#, "chat_template.jinja": "J\r\nK\rL\n",
      "additional_chat_templates/rag.jinja": "R", "additional_chat_templates/notes.txt": "no template",
    ])
    let found = try metadata(files, .gpt2)
    #expect(found["chat_template"] == .string("J\nK\nL\n"))
    #expect(found["chat_template.rag"] == .string("R"))
    #expect(found["chat_templates"]?.strings == ["rag"])
    let json = DefinitionBuilder().files([
      "tokenizer_config.json": #"{"bos_token": "a"}"#, "chat_template.json": #"{"chat_template": "C"}"#,
    ])
    #expect(try metadata(json, .gpt2)["chat_template"] == .string("C"))
  }

  @Test func brokenTemplatesAreNamed() {
    let list = DefinitionBuilder().files(["tokenizer_config.json": #"{"chat_template": [{"name": "x"}]}"#])
    #expect(broken(list, .gpt2) == .breaks(.templateMalformed(index: 0)))
    let json = Array(DefinitionBuilder().json.utf8)
    let bytes = TokenizerFiles([
      "tokenizer.json": json, "tokenizer_config.json": Array(#"{"bos_token": "a"}"#.utf8),
      "chat_template.jinja": [0xFF],
    ])
    #expect(broken(bytes, .gpt2) == .breaks(.templateNotUTF8))
  }
}
