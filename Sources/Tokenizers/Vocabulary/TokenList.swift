internal import GGUF
internal import TensorCore

/// What a token is, as GGUF has it.
enum TokenType: Int32, Sendable {
  case normal = 1
  case unknown = 2
  case control = 3
  case userDefined = 4
  case unused = 5
  case byte = 6
}

/// The tokens of a vocabulary in the order of their ids: what is written.
struct TokenList: Sendable {
  var texts: [String] = []
  var types: [TokenType] = []
  /// As many as texts, or none.
  var scores: [Float] = []

  var count: Int { texts.count }

  /// Nothing but padding, as ids without a token get it.
  init(padding count: Int, score: Float? = nil) {
    texts = (0..<count).map(Self.padding)
    types = [TokenType](repeating: .unused, count: count)
    if let score { scores = [Float](repeating: score, count: count) }
  }

  init() {}

  static func padding(_ id: Int) -> String { "[PAD\(id)]" }

  mutating func append(_ text: String, _ type: TokenType, score: Float? = nil) {
    texts.append(text)
    types.append(type)
    if let score { scores.append(score) }
  }

  /// Gives an id, which must be there, another token.
  mutating func replace(_ id: Int, _ text: String, _ type: TokenType, score: Float) {
    texts[id] = text
    types[id] = type
    scores[id] = score
  }

  /// Writes the tokens, scores (where there are any) and types.
  func write(to metadata: inout GGUFMetadata) {
    metadata["tokenizer.ggml.tokens"] = .array(GGUFArray(texts))
    if !scores.isEmpty { metadata["tokenizer.ggml.scores"] = .array(GGUFArray(scores)) }
    metadata["tokenizer.ggml.token_type"] = .array(GGUFArray(types.map(\.rawValue)))
  }
}
