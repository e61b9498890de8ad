/// What the files of a tokenizer do not say.
public struct TokenizerOptions: Sendable, Hashable {
  public var style: VocabularyStyle
  /// Rows of the embedding, `vocab_size` of config.json: ids without a token get one, `[PAD7]`, of the type unused. nil:
  /// as many as the tokenizer has tokens, whose ids then have no gap. Not used by ``VocabularyStyle/llamaHF``.
  public var vocabularySize: Int?
  /// The name of llama.cpp's pre-tokenizer, where it is not to be recognised.
  public var preTokenizer: String?
  /// `type_vocab_size` of config.json: how many kinds of segments an encoder tells apart. nil: the key is not written.
  public var tokenTypeCount: UInt32?

  public init(
    style: VocabularyStyle, vocabularySize: Int? = nil, preTokenizer: String? = nil, tokenTypeCount: UInt32? = nil
  ) {
    self.style = style
    self.vocabularySize = vocabularySize
    self.preTokenizer = preTokenizer
    self.tokenTypeCount = tokenTypeCount
  }
}
