import ParserChecks
import TestSupport
import Testing

@testable import Tokenizers

/// Tokenizers that are damaged at random: each is read or refused, with one line, and the same each time.
struct HostileTokenizerTests {
  @Test func changedBytesNeverBreakAReader() {
    var random = SeededGenerator(seed: 0x70_6B_6E)
    let json = Array(DefinitionBuilder().json.utf8)
    let model = ModelBuilder().bytes
    for round in 0..<400 {
      var (changedJSON, changedModel) = (json, model)
      for _ in 0...(round % 3) {
        changedJSON[Int.random(in: json.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
        changedModel[Int.random(in: model.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      let broken = TokenizerCheck.broken(json: changedJSON) + TokenizerCheck.broken(sentencePiece: changedModel)
      #expect(broken.isEmpty, "seed \(random.seed), round \(round): \(broken)")
    }
  }

  @Test func aFarIdInASmallFileTakesNoMemory() {
    let builder = DefinitionBuilder(vocabulary: #"{"<s>": 0, "a": 2097151}"#, merges: "[]")
    #expect(broken(builder.files(), .gpt2) == .breaks(.idBeyondVocabulary(token: "a", id: 2_097_151, size: 2)))
  }

  @Test func whatGrowsWithoutEndIsStopped() throws {
    let long = String(repeating: "s", count: 4000)
    var builder = DefinitionBuilder(
      decoder: #"{"type": "Replace", "pattern": {"String": "s"}, "content": "\#(long)"}"#)
    #expect(broken(builder.files(), .gpt2) == .breaks(.decodedTooLong(token: "<s>")))
    builder.decoder =
      #"{"type": "Sequence", "decoders": [\#([String](repeating: "{}", count: 65).joined(separator: ","))]}"#
    #expect(
      broken(builder.files(), .gpt2) == .breaks(.tooManySteps(of: "decoder", limit: TokenizerLimits.steps)))
    builder.decoder = #"{"type": "ByteLevel"}"#
    // Each step doubles the text, and a template has it a thousand times: the check is given up, the definition decides.
    let double = #"{"type": "Replace", "pattern": {"String": "3"}, "content": "33"}"#
    builder.normalizer =
      #"{"type": "Sequence", "normalizers": [\#([String](repeating: double, count: 60).joined(separator: ","))]}"#
    #expect(try metadata(builder.files(), .gpt2)["pre"] == .string("gpt-2"))
    builder.normalizer = "null"
    let part = #"{"Sequence": {"id": "A"}}"#
    builder.postProcessor =
      #"{"type": "TemplateProcessing", "single": [\#([String](repeating: part, count: 1000).joined(separator: ","))]}"#
    #expect(try metadata(builder.files(), .gpt2)["pre"] == .string("gpt-2"))
  }

  @Test func whatIsFarTooLargeIsNotRead() {
    let limit = TokenizerLimits.otherBytes
    let files = TokenizerFiles([
      "tokenizer.json": Array(DefinitionBuilder().json.utf8),
      "config.json": [UInt8](repeating: 0x20, count: limit + 1),
    ])
    #expect(broken(files, .gpt2) == .breaks(.fileTooLarge(limit: limit)))
    let templates = (0...TokenizerLimits.additionalTemplates).map { ("additional_chat_templates/\($0).jinja", "x") }
    let others = Dictionary(uniqueKeysWithValues: templates)
      .merging(["tokenizer_config.json": #"{"bos_token": "a"}"#, "chat_template.jinja": "x"]) { $1 }
    #expect(
      broken(DefinitionBuilder().files(others), .gpt2)
        == .breaks(.tooManyTemplates(count: templates.count, limit: TokenizerLimits.additionalTemplates)))
  }

  @Test func whatIsMissingIsNamed() {
    func rule(_ json: String) -> Outcome<TokenizerError> {
      broken(TokenizerFiles(["tokenizer.json": Array(json.utf8)]), .gpt2)
    }
    #expect(rule("{}") == .breaks(.missing("model", in: "the tokenizer")))
    #expect(rule(#"{"model": {"type": "BPE"}}"#) == .breaks(.missing("vocab", in: "model")))
  }

  @Test func whatIsNestedTooDeepIsAnError() {
    let builder = DefinitionBuilder(
      preTokenizer: String(repeating: "[", count: 70) + String(repeating: "]", count: 70))
    guard case .breaks(.notJSON(.tooDeep)) = broken(builder.files(), .gpt2) else {
      Issue.record("70 levels are read")
      return
    }
  }
}
