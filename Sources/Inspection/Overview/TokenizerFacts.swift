public import GGUF

/// What a checkpoint's metadata says of the tokenizer.
public struct TokenizerFacts: Encodable, Sendable, Equatable {
  /// A token with a part to play.
  public struct Special: Encodable, Sendable, Equatable {
    /// `bos`, `eos`, `unk`, `pad`, ...
    public let role: String
    public let id: Int
    /// nil where the vocabulary has no such token.
    public let text: String?
  }

  /// `llama` (SentencePiece), `gpt2` (byte-level BPE), `bert` (WordPiece), `t5` (Unigram); of a Hugging Face folder the
  /// files that are there.
  public var model: String?
  /// How text is cut before the tokenizer sees it.
  public var preTokenizer: String?
  /// How many tokens there are.
  public var vocabulary: Int?
  public var merges: Int?
  public var special: [Special] = []
  /// Characters of the chat template; nil where there is none.
  public var chatTemplateLength: Int?

  public init() {}

  /// nil where the metadata has no tokenizer.
  ///
  /// - Complexity: O(*n*) for the bytes of the vocabulary before the last special token.
  public init?(_ metadata: GGUFMetadata) {
    guard metadata.entries.contains(where: { $0.key.hasPrefix("tokenizer.") }) else { return nil }
    model = metadata.string("tokenizer.ggml.model")
    preTokenizer = metadata.string("tokenizer.ggml.pre")
    var tokens: GGUFArray?
    if case .array(let array)? = metadata["tokenizer.ggml.tokens"], array.elementType == .string { tokens = array }
    vocabulary = tokens?.count
    if case .array(let array)? = metadata["tokenizer.ggml.merges"] { merges = array.count }
    chatTemplateLength = metadata.string("tokenizer.chat_template")?.count
    var roles: [(role: String, id: Int)] = []
    for (role, key) in Self.roles {
      if let id = metadata["tokenizer.ggml.\(key)_token_id"]?.integer { roles.append((role, id)) }
    }
    let texts = Self.texts(of: Set(roles.map(\.id)), in: tokens)
    special = roles.map { Special(role: $0.role, id: $0.id, text: texts[$0.id]) }
  }

  private static let roles = [
    ("bos", "bos"), ("eos", "eos"), ("eot", "eot"), ("unk", "unknown"), ("sep", "seperator"), ("pad", "padding"),
    ("cls", "cls"), ("mask", "mask"),
  ]

  private static func texts(of ids: Set<Int>, in tokens: GGUFArray?) -> [Int: String] {
    guard let tokens, let last = ids.filter({ $0 < tokens.count }).max() else { return [:] }
    var texts: [Int: String] = [:]
    for (id, value) in zip(0...last, tokens) where ids.contains(id) {
      if case .string(let text) = value { texts[id] = text }
    }
    return texts
  }
}
