import Digests
import GGUF
import StrictJSON
import TestSupport
import Testing
import Tokenizers

/// The tokenizers of `Samples`, against what llama.cpp's converter made of them (`Samples/make.py`).
struct ReferenceTests {
  @Test(arguments: [
    ("byte-level", VocabularyStyle.sentencePieceOrGPT2, 410), ("word-piece", .wordPiece, 400),
    ("sentence-piece", .llama, 510),
  ])
  func valuesAndTheirOrderAreThoseOfTheConverter(name: String, style: VocabularyStyle, size: Int) throws {
    let samples = "Tests/TokenizersTests/Samples/"
    let options = TokenizerOptions(style: style, vocabularySize: size, tokenTypeCount: style == .wordPiece ? 1 : nil)
    let entries = try TokenizerMetadata(folder: Repository.path(samples + name), options).entries
    let found = entries.map { [$0.key, DigestAlgorithm.sha256.digest(of: $0.value.encoded).description] }
    let expected = try JSONValue(parsing: Repository.bytes(samples + "expected.json"))[name]
    #expect(found == expected?.array?.map { $0.array?.compactMap(\.string) ?? [] })
  }
}
