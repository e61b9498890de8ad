/// Bounds of what is read and made, each with its reason.
public enum TokenizerLimits {
  /// Tokens of a vocabulary, padding included: eight times the largest published one (262,208).
  public static let tokens = 1 << 21
  /// Merges: a byte-level BPE has fewer than tokens, one made of SentencePiece about two for each (Gemma 3 has 514,906).
  public static let merges = 1 << 22
  /// Bytes of tokenizer.json: eight times the largest published one (35 MB).
  public static let definitionBytes = 1 << 28
  /// Bytes of a SentencePiece model: those published have up to 5 MB.
  public static let sentencePieceBytes = 1 << 26
  /// Bytes of each of the other files: vocab.json and merges.txt of 150,000 tokens have 3 MB.
  public static let otherBytes = 1 << 25
  /// Steps of a normalizer, pre-tokenizer or decoder that are followed: those published have up to eight.
  public static let steps = 64
  /// Chat templates in additional_chat_templates.
  public static let additionalTemplates = 64
}
