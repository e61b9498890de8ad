import GGUF
import TensorCore
import TestSupport
import Testing

@testable import Tokenizers

/// WordPiece as BERT has it.
struct WordPieceTests {
  private static let text = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n##b\n##\u{93F}\n##\n"

  @Test func wordsGetTheMarkAndContinuationsLoseTheirs() throws {
    let files = TokenizerFiles(["vocab.txt": Array(Self.text.utf8)])
    let found = try metadata(files, .wordPiece, size: 10, types: 2)
    #expect(found["model"] == .string("bert"))
    #expect(found["token_type_count"] == .uint32(2))
    // A mark that combines with the # in front of it is one of the continuations.
    #expect(
      found["tokens"]?.strings
        == ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "\u{2581}a", "b", "\u{93F}", "", "\u{2581}[PAD9]"])
    #expect(found["token_type"]?.integers == [3, 3, 3, 3, 3, 1, 1, 1, 1, 5])
    #expect(found["merges"] == nil)
  }

  @Test func aFileOfRobertaWithoutADefinitionIsWordPieceToo() throws {
    let files = TokenizerFiles(["vocab.txt": Array(Self.text.utf8)])
    #expect(try metadata(files, .roberta)["model"] == .string("bert"))
  }

  @Test func aLineTwiceIsAnError() {
    let files = TokenizerFiles(["vocab.txt": Array("a\nb\na\n".utf8)])
    #expect(broken(files, .wordPiece) == .breaks(.tokenTwice("a", ids: [0, 2])))
  }
}
