internal import TensorCore

extension TokenizerDefinition {
  /// Adds what tokenizer_config.json says of added tokens, as transformers does when it opens a tokenizer: flags there
  /// come before those in tokenizer.json, tokens with a purpose are special, and those that are new get the next ids.
  ///
  /// - Throws: ``TokenizerError`` where an added token has another id than the vocabulary gives it, or the id of another
  ///   token.
  mutating func add(_ configuration: TokenizerConfiguration) throws(TokenizerError) {
    var list = AddedTokenList(vocabulary)
    for token in addedTokens { try list.add(token) }
    for token in configuration.addedTokens { try list.add(token) }
    for var token in configuration.specialTokens {
      // The flags that it has stay; that it is special is new.
      if let known = list[token.content] {
        token = known
        token.isSpecial = true
      } else if token.isOptional && vocabulary.id(of: token.content) == nil {
        continue
      }
      token.isSpecial = true
      try list.add(token)
    }
    addedTokens = list.tokens
  }
}

/// Added tokens of a vocabulary, each once.
private struct AddedTokenList {
  private let vocabulary: Vocabulary
  private(set) var tokens: [AddedToken] = []
  private var places: [ExactString: Int] = [:]
  private var owners: [UInt64: Int] = [:]
  private var highest: UInt64?

  init(_ vocabulary: Vocabulary) { self.vocabulary = vocabulary }

  subscript(content: String) -> AddedToken? { places[ExactString(content)].map { tokens[$0] } }

  /// Adds a token, or gives one that is there other flags.
  mutating func add(_ token: AddedToken) throws(TokenizerError) {
    guard !token.content.isEmpty else { return }
    let inVocabulary = vocabulary.id(of: token.content).map(UInt64.init)
    let known = places[ExactString(token.content)]
    let settled = known.flatMap { tokens[$0].id } ?? inVocabulary
    let id = token.id ?? settled ?? nextID
    if let settled, settled != id {
      throw .addedTokenContradicts(token.content, id: id, vocabulary: Int(clamping: settled))
    }
    guard id < UInt64(TokenizerLimits.tokens) else {
      throw .idTooLarge(token: token.content, id: id, limit: TokenizerLimits.tokens)
    }
    if inVocabulary == nil, let other = vocabulary.piece(Int(id)) {
      throw .addedIDTaken(token.content, id: id, by: other)
    }
    if let owner = owners[id], owner != known { throw .addedIDTaken(token.content, id: id, by: tokens[owner].content) }
    highest = max(highest ?? 0, id)
    if let known {
      tokens[known] = token.with(id: id)
    } else {
      places[ExactString(token.content)] = tokens.count
      owners[id] = tokens.count
      tokens.append(token.with(id: id))
    }
  }

  /// Behind the highest id of the added tokens, and behind the vocabulary.
  private var nextID: UInt64 { max(highest.map { $0 + 1 } ?? 0, UInt64(vocabulary.count)) }
}
