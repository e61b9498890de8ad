internal import GGUF
internal import StrictJSON
internal import TensorCore

/// What `_xlmroberta_set_vocab` of the reference converter writes: tokens with scores, and how texts are normalized.
struct UnigramVocabulary {
  var tokens: TokenList
  let addsSpacePrefix: Bool
  let removesExtraWhitespaces: Bool
  let charsmap: [UInt8]

  /// From sentencepiece.bpe.model, whose first ids fairseq gave other tokens.
  init(_ model: SentencePieceModel, size: Int?) throws(TokenizerError) {
    guard model.modelType == 1 else { throw .notUnigram(modelType: model.modelType) }
    let size = max(size ?? 0, model.pieces.count)
    guard (4...TokenizerLimits.tokens).contains(size) else {
      throw .vocabularySizeTooLarge(size, limit: TokenizerLimits.tokens)
    }
    tokens = TokenList(padding: size, score: -10_000)
    for (id, piece) in model.pieces.enumerated() {
      tokens.replace(id, piece.text, TokenType(piece.type), score: piece.score)
    }
    // <unk>, <s> and </s> of the model make room for <s>, <pad>, </s> and <unk>: all others move up by one, and the last
    // one, which is padding, goes.
    tokens.texts = ["<s>", "<pad>", "</s>", "<unk>"] + tokens.texts[3..<(size - 1)]
    tokens.scores = [0, 0, 0, 0] + tokens.scores[3..<(size - 1)]
    tokens.types = [.control, .control, .control, .unknown] + tokens.types[3..<(size - 1)]
    addsSpacePrefix = model.addsDummyPrefix
    removesExtraWhitespaces = model.removesExtraWhitespaces
    charsmap = model.charsmap
  }

  /// From tokenizer.json and tokenizer_config.json.
  init(
    _ definition: TokenizerDefinition, _ configuration: TokenizerConfiguration, size: Int?
  ) throws(TokenizerError) {
    guard definition.kind == .unigram else {
      throw .modelUnfit(found: definition.kind.rawValue, expected: TokenizerDefinition.Kind.unigram.rawValue)
    }
    let count = definition.vocabulary.count
    let size = max(size ?? 0, count)
    guard (1...TokenizerLimits.tokens).contains(size) else {
      throw .vocabularySizeTooLarge(size, limit: TokenizerLimits.tokens)
    }
    tokens = TokenList(padding: size, score: -10_000)
    let added = Set(definition.addedTokens.compactMap(\.id))
    let special = Set(configuration.specialTokens.map { ExactString($0.content) })
    let named = configuration.values["unk_token"].flatMap { AddedToken($0) }?.content
    let unknown =
      definition.addedTokens.first { $0.content == named }?.id ?? definition.unknownID ?? 3
    for id in 0..<count {
      guard let piece = definition.vocabulary.piece(id), definition.scores.indices.contains(id) else { continue }
      let type: TokenType =
        UInt64(id) == unknown
        ? .unknown
        : special.contains(ExactString(piece)) ? .control : added.contains(UInt64(id)) ? .userDefined : .normal
      tokens.replace(id, piece, type, score: definition.scores[id])
    }
    addsSpacePrefix = configuration.values["add_prefix_space"]?.boolean ?? true
    removesExtraWhitespaces = configuration.values["clean_up_tokenization_spaces"]?.boolean ?? false
    charsmap = try Self.charsmap(definition.normalizer)
  }

  private static func charsmap(_ normalizer: JSONValue) throws(TokenizerError) -> [UInt8] {
    for step in normalizer["normalizers"]?.array ?? [normalizer] {
      guard step["type"]?.string == "Precompiled", let text = step["precompiled_charsmap"]?.string else { continue }
      guard let bytes = Base64.decode(text) else { throw .charsmapNotBase64 }
      return bytes
    }
    return []
  }
}

/// RFC 4648, section 4.
enum Base64 {
  /// nil for anything that is not base64 with its padding.
  static func decode(_ text: String) -> [UInt8]? {
    let characters = Array(text.utf8)
    guard characters.count.isMultiple(of: 4) else { return nil }
    let padding = characters.suffix(2).count { $0 == UInt8(ascii: "=") }
    var result: [UInt8] = []
    var (bits, value) = (0, UInt32(0))
    for character in characters.dropLast(padding) {
      guard let digit = digit(character) else { return nil }
      value = (value & 0x3F_FFFF) << 6 | digit
      bits += 6
      if bits >= 8 {
        bits -= 8
        result.append(UInt8(truncatingIfNeeded: value >> UInt32(bits)))
      }
    }
    return result
  }

  private static func digit(_ character: UInt8) -> UInt32? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
