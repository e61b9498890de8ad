import TensorCore
import TestSupport
import Testing

@testable import Tokenizers

/// The decoder of SentencePiece's protobuf, and what of a model it refuses.
struct ProtobufTests {
  /// The rule that bytes break as a model; nil where they are one.
  private func rule(_ bytes: [UInt8]) -> TokenizerError? {
    do throws(TokenizerError) {
      _ = try SentencePieceModel(bytes)
      return nil
    } catch {
      return error
    }
  }

  private static let whole = ModelBuilder().bytes

  @Test func fieldsThatAreNotKnownArePassedOver() throws {
    var message = ProtobufBuilder()
    message.bytes = Self.whole
    message.varint(99, .max)
    message.message(100, [1, 2, 3])
    message.float(101, 1)
    message.tag(102, 1)
    message.bytes += [UInt8](repeating: 7, count: 8)
    // A group with another one in it.
    message.tag(103, 3)
    message.tag(104, 3)
    message.varint(1, 5)
    message.tag(104, 4)
    message.tag(103, 4)
    #expect(try SentencePieceModel(message.bytes).pieces.count == ModelBuilder.usual.count)
  }

  @Test func aModelThatIsCutOffIsNeverAnother() throws {
    let pieces = try SentencePieceModel(Self.whole).pieces
    for count in 0..<Self.whole.count {
      guard let cut = try? SentencePieceModel(Array(Self.whole.prefix(count))) else { continue }
      // Between two pieces nothing shows that there were more.
      #expect(cut.pieces == Array(pieces.prefix(cut.pieces.count)))
    }
  }

  @Test(
    arguments: [
      ([0x0A, 0x05, 0x01], ProtobufViolation.lengthBeyondEnd, 0),
      ([0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], .lengthBeyondEnd, 0),
      ([0x0A], .endsEarly, 1), ([0x0D, 0, 0], .endsEarly, 1), ([0x09, 0, 0, 0], .endsEarly, 1),
      ([0x80], .endsEarly, 0), ([0x00, 0x01], .fieldZero, 0), ([0x0E], .wireTypeUnknown, 0),
      ([0x0F], .wireTypeUnknown, 0), ([0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02], .varintTooLong, 0),
      ([0x08] + [UInt8](repeating: 0xFF, count: 10), .varintTooLong, 1), ([0x08, 0x01], .wireTypeUnexpected, 2),
      ([0x0C], .groupUnclosed, 0), ([0x0B, 0x14], .groupUnclosed, 1), ([0x0B], .endsEarly, 1),
      ([UInt8](repeating: 0x0B, count: 17), .groupTooDeep, 16),
    ] as [([UInt8], ProtobufViolation, Int)])
  func brokenMessagesSayWhere(bytes: [UInt8], violation: ProtobufViolation, offset: Int) {
    #expect(rule(bytes) == .protobuf(violation, at: offset))
  }

  @Test func brokenPiecesAreNamed() {
    #expect(rule([]) == .vocabularyEmpty)
    #expect(rule(ModelBuilder([("a", 0, 1)]).bytes) == .unknownPieces(count: 0))
    #expect(rule(ModelBuilder([("a", 0, 2), ("b", 0, 2)]).bytes) == .unknownPieces(count: 2))
    #expect(rule(ModelBuilder([("a", 0, 2), ("", 0, 1)]).bytes) == .pieceEmpty(index: 1))
    #expect(rule(ModelBuilder([("a", 0, 2), ("b", 0, 7)]).bytes) == .pieceTypeUnknown(7, index: 1))
    #expect(rule(ModelBuilder([("a", 0, 2), ("a", 0, 1)]).bytes) == .tokenTwice("a", ids: [0, 1]))
    #expect(rule(ModelBuilder([("a", .nan, 2)]).bytes) == .scoreNotFinite(token: "a", index: 0))
    var builder = ModelBuilder([("a", 0, 2)])
    builder.pieces.append(([0xC3, 0x28], 0, 1))
    guard case .pieceNotUTF8(index: 1, _)? = rule(builder.bytes) else {
      Issue.record("a piece that is not UTF-8 is accepted")
      return
    }
  }

  @Test func aMissingModelSaysWhichFile() {
    #expect(
      broken(TokenizerFiles([:]), .sentencePiece)
        == .breaks(.fileMissing("tokenizer.model", reason: "which this architecture's tokenizer is")))
  }
}
