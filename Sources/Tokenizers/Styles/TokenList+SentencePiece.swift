internal import StrictJSON
internal import TensorCore

/// SentencePiece vocabularies, as `_create_vocab_sentencepiece` and the Phi 3 converter make them.
extension TokenList {
  /// What an id gets that has no piece.
  private static let paddingScore: Float = -10_000
  /// What an added token gets.
  static let addedScore: Float = -1000

  /// The pieces of a model, padded to `size`, or cut off there.
  init(_ model: SentencePieceModel, size: Int?, notes: inout [String]) throws(TokenizerError) {
    let size = size ?? model.pieces.count
    guard (1...TokenizerLimits.tokens).contains(size) else {
      throw .vocabularySizeTooLarge(size, limit: TokenizerLimits.tokens)
    }
    self.init(padding: size, score: Self.paddingScore)
    if model.pieces.count > size {
      notes.append(
        "tokenizer.model: \(Numbers.counted(model.pieces.count - size, "piece")) left out, whose ids are beyond the "
          + "vocabulary of \(size)")
    }
    for (id, piece) in model.pieces.prefix(size).enumerated() {
      replace(id, piece.text, TokenType(piece.type), score: piece.score)
    }
  }

  /// The tokens of added_tokens.json: `{"text": id, ...}`.
  mutating func add(addedTokens object: JSONObject, notes: inout [String]) throws(TokenizerError) {
    for (text, value) in object.pairs {
      guard let id = value.whole else { throw .addedTokenWithoutID(text, found: value.summary) }
      guard let place = place(of: text, id: id, "added_tokens.json", &notes) else { continue }
      replace(place, text, .userDefined, score: Self.addedScore)
    }
  }

  /// The tokens of `added_tokens_decoder` in tokenizer_config.json: `{"7": {"content": "<s>", "special": true}, ...}`.
  mutating func add(decoder object: JSONObject, notes: inout [String]) throws(TokenizerError) {
    for (index, (key, value)) in object.pairs.enumerated() {
      guard let text = value["content"]?.string else { throw .addedTokenMalformed(index: index) }
      guard let id = UInt64(key) else { throw .idNotWhole(token: text, text: key) }
      guard let place = place(of: text, id: id, "tokenizer_config.json", &notes) else { continue }
      if value["special"]?.boolean == true || Self.looksSpecial(text) {
        replace(place, text, .control, score: Self.addedScore)
      } else {
        replace(place, Self.blanks(text), .userDefined, score: Self.addedScore)
      }
    }
  }

  /// Added tokens as Phi 3 has them: texts stay as they are, and each must be inside the vocabulary.
  mutating func add(phi3 tokens: [AddedToken]) throws(TokenizerError) {
    for token in tokens {
      guard let id = token.id else { throw .addedTokenWithoutID(token.content, found: nil) }
      guard id < UInt64(count) else { throw .idBeyondVocabulary(token: token.content, id: id, size: count) }
      replace(Int(id), token.content, token.isSpecial ? .control : .userDefined, score: Self.addedScore)
    }
  }

  /// nil, with a note, where the id is beyond the vocabulary.
  private func place(of text: String, id: UInt64, _ file: String, _ notes: inout [String]) -> Int? {
    if id < UInt64(count) { return Int(id) }
    notes.append("\(file): token \(text.quoted(limit: 40)) left out: its id \(id) is beyond the vocabulary of \(count)")
    return nil
  }
}
