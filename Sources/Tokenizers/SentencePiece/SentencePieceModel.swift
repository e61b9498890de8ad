internal import TensorCore

/// A SentencePiece model: what this program needs of `ModelProto` in sentencepiece_model.proto.
struct SentencePieceModel: Sendable {
  /// `SentencePiece.Type`, with its numbers.
  enum PieceType: Int, Sendable {
    case normal = 1
    case unknown = 2
    case control = 3
    case userDefined = 4
    case unused = 5
    case byte = 6
  }

  struct Piece: Sendable, Hashable {
    var text = ""
    var score: Float = 0
    var type = PieceType.normal
  }

  private(set) var pieces: [Piece] = []
  /// `trainer_spec.model_type`: 1 Unigram, 2 BPE.
  private(set) var modelType = 1
  /// `normalizer_spec`: a blank in front of a text, blanks in a row made one, and the table of normalization.
  private(set) var addsDummyPrefix = true
  private(set) var removesExtraWhitespaces = true
  private(set) var charsmap: [UInt8] = []

  /// - Throws: ``TokenizerError`` where it is no such message, or breaks a rule that SentencePiece checks: pieces are
  ///   UTF-8, none is empty or there twice, and exactly one is of the type unknown.
  init(_ bytes: [UInt8]) throws(TokenizerError) {
    var reader = ProtobufReader(bytes)
    var table = PieceTable()
    while let field = try reader.next() {
      switch (field.number, field.value) {
      case (1, .bytes(let range)):
        let index = pieces.count
        guard index < TokenizerLimits.tokens else {
          throw .vocabularySizeTooLarge(index + 1, limit: TokenizerLimits.tokens)
        }
        let piece = try Self.piece(bytes, range, index: index)
        let (number, isNew) = table.insert(Array(piece.text.utf8)[...])
        guard isNew else { throw .tokenTwice(piece.text, ids: [number, index]) }
        pieces.append(piece)
      case (2, .bytes(let range)): try readTrainer(bytes, range)
      case (3, .bytes(let range)): try readNormalizer(bytes, range)
      case (1...3, _): throw .protobuf(.wireTypeUnexpected, at: field.offset)
      default: break
      }
    }
    guard !pieces.isEmpty else { throw .vocabularyEmpty }
    let unknown = pieces.count { $0.type == .unknown }
    guard unknown == 1 else { throw .unknownPieces(count: unknown) }
  }

  private static func piece(
    _ bytes: [UInt8], _ range: Range<Int>, index: Int
  ) throws(TokenizerError) -> Piece {
    var piece = Piece()
    var reader = ProtobufReader(bytes, range)
    while let field = try reader.next() {
      switch (field.number, field.value) {
      case (1, .bytes(let range)):
        guard let text = String(validating: bytes[range], as: UTF8.self) else {
          throw .pieceNotUTF8(index: index, at: range.lowerBound)
        }
        piece.text = text
      case (2, .fixed32(let bits)): piece.score = Float(bitPattern: bits)
      case (3, .varint(let number)):
        guard let type = Int(exactly: number).flatMap(PieceType.init(rawValue:)) else {
          throw .pieceTypeUnknown(Int(clamping: number), index: index)
        }
        piece.type = type
      case (1...3, _): throw .protobuf(.wireTypeUnexpected, at: field.offset)
      default: break
      }
    }
    guard !piece.text.isEmpty else { throw .pieceEmpty(index: index) }
    guard piece.score.isFinite else { throw .scoreNotFinite(token: piece.text, index: index) }
    return piece
  }

  private mutating func readTrainer(_ bytes: [UInt8], _ range: Range<Int>) throws(TokenizerError) {
    var reader = ProtobufReader(bytes, range)
    while let field = try reader.next() {
      guard field.number == 3 else { continue }
      guard case .varint(let type) = field.value else { throw .protobuf(.wireTypeUnexpected, at: field.offset) }
      modelType = Int(clamping: type)
    }
  }

  private mutating func readNormalizer(_ bytes: [UInt8], _ range: Range<Int>) throws(TokenizerError) {
    var reader = ProtobufReader(bytes, range)
    while let field = try reader.next() {
      switch (field.number, field.value) {
      case (2, .bytes(let range)): charsmap = Array(bytes[range])
      case (3, .varint(let value)): addsDummyPrefix = value != 0
      case (4, .varint(let value)): removesExtraWhitespaces = value != 0
      case (2...4, _): throw .protobuf(.wireTypeUnexpected, at: field.offset)
      default: break
      }
    }
  }
}

extension TokenType {
  /// What the reference converter makes of a piece's type: pieces that a user defined are normal to it.
  init(_ type: SentencePieceModel.PieceType) {
    switch type {
    case .normal, .userDefined: self = .normal
    case .unknown: self = .unknown
    case .control: self = .control
    case .unused: self = .unused
    case .byte: self = .byte
    }
  }
}
