internal import StrictJSON
internal import TensorCore

extension TokenList {
  /// Tokens, and their types, as `get_vocab_base` of the reference converter has them: for byte-level BPE and WordPiece.
  ///
  /// - Parameter size: Ids in all; those without a token are padding. nil: as many as there are.
  /// - Throws: ``TokenizerError/idBeyondVocabulary(token:id:size:)``, `.vocabularySizeTooLarge`.
  init(_ definition: TokenizerDefinition, size: Int?) throws(TokenizerError) {
    self.init()
    let size = size ?? definition.count
    guard (1...TokenizerLimits.tokens).contains(size) else {
      throw .vocabularySizeTooLarge(size, limit: TokenizerLimits.tokens)
    }
    guard definition.end <= size else {
      let id = definition.end - 1
      throw .idBeyondVocabulary(token: definition.token(id) ?? "", id: UInt64(id), size: size)
    }
    var added: [Int: AddedToken] = [:]
    for token in definition.addedTokens { if let id = token.id { added[Int(clamping: id)] = token } }
    let decoding = try TokenDecoding(definition.decoder)
    for id in 0..<size {
      if let token = added[id] {
        // llama.cpp looks for the text itself.
        let text = token.isNormalized ? token.content : try decoding.text(of: token.content)
        if token.isSpecial || Self.looksSpecial(text) {
          append(text, .control)
        } else {
          append(Self.blanks(text), .userDefined)
        }
      } else if let piece = definition.vocabulary.piece(id) {
        append(piece, .normal)
      } else {
        append(Self.padding(id), .unused)
      }
    }
  }

  /// Texts of control tokens that published models do not mark as special.
  static func looksSpecial(_ text: String) -> Bool {
    func isBetween(_ first: String, _ last: String) -> Bool {
      text.utf8.starts(with: first.utf8) && text.utf8.reversed().starts(with: last.utf8.reversed())
    }
    return ["<pad>", "<mask>", "<2mass>", "[@BOS@]"].contains(text) || isBetween("<|", "|>")
      || isBetween("<\u{FF5C}", "\u{FF5C}>") || isBetween("<unused", ">")
  }

  /// A text with SentencePiece's mark for a blank, U+2581, made a blank.
  static func blanks(_ text: String) -> String {
    guard text.unicodeScalars.contains("\u{2581}") else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\u{2581}" ? " " : $0 }))
  }
}

extension TokenizerDefinition {
  /// The token of an id.
  func token(_ id: Int) -> String? {
    vocabulary.piece(id) ?? addedTokens.first { $0.id == UInt64(clamping: id) }?.content
  }
}
