internal import StrictJSON
internal import TensorCore

extension TokenizerDefinition {
  /// Whether it is a SentencePiece vocabulary made into BPE (LlamaHfVocab of gguf-py).
  var isLlamaHF: Bool { kind == .bytePairs && hasByteFallback && decoder["type"]?.string == "Sequence" }
}

extension TokenList {
  /// A SentencePiece vocabulary that tokenizer.json holds as BPE with byte fallback. Its scores are not there any more:
  /// all are -1000.
  ///
  /// - Throws: ``TokenizerError/idMissing(_:count:)`` where ids are not those from 0 on without a gap.
  init(llamaHF definition: TokenizerDefinition, special: [AddedToken]) throws(TokenizerError) {
    self.init()
    let special = Set(special.map { ExactString($0.content) })
    let base = definition.vocabulary.count
    for id in 0..<base {
      guard let piece = definition.vocabulary.piece(id) else { throw .idMissing(id, count: base) }
      let type: TokenType =
        Self.isByte(piece) ? .byte : special.contains(ExactString(piece)) ? .control : .normal
      append(piece, type, score: Self.addedScore)
    }
    let behind = definition.addedTokens.filter { $0.id ?? 0 >= UInt64(base) }.sorted { $0.id ?? 0 < $1.id ?? 0 }
    for (index, token) in behind.enumerated() {
      guard token.id == UInt64(base + index) else { throw .idMissing(base + index, count: base + behind.count) }
      append(
        token.content, special.contains(ExactString(token.content)) ? .control : .userDefined, score: Self.addedScore)
    }
  }

  /// A piece like `<0x0A>`.
  private static func isByte(_ piece: String) -> Bool { ByteLevel.fallbackByte(piece) != nil }
}
