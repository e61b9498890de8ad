internal import StrictJSON
internal import TensorCore

extension TokenizerDefinition {
  /// Reads tokenizer.json. Vocabulary and merges go straight into their lists; what is small becomes a tree.
  ///
  /// - Parameter readsModel: Whether vocabulary and merges are wanted; if not they are passed over.
  /// - Throws: ``TokenizerError``.
  init(json: [UInt8], readsModel: Bool) throws(TokenizerError) {
    self.init()
    var reader = DefinitionReader(json)
    var hasModel = false
    try reader.begin()
    while let key = try reader.nextKey() {
      switch key {
      case "model":
        if readsModel { try readModel(&reader) } else { try reader.skip() }
        hasModel = true
      case "added_tokens":
        statedAddedTokens = try AddedToken.list(try reader.tree(), of: "added_tokens")
        addedTokens = statedAddedTokens
      case "normalizer": normalizer = try reader.tree()
      case "pre_tokenizer": preTokenizer = try reader.tree()
      case "post_processor": postProcessor = try reader.tree()
      case "decoder": decoder = try reader.tree()
      default: try reader.skip()
      }
    }
    try reader.end()
    guard hasModel else { throw .missing("model", in: "the tokenizer") }
  }

  private mutating func readModel(_ reader: inout DefinitionReader) throws(TokenizerError) {
    var type: String?
    var hasVocabulary = false
    var isList = false
    var prefix: String?
    try reader.begin()
    while let key = try reader.nextKey() {
      switch key {
      case "type": type = try reader.string(key)
      case "vocab":
        hasVocabulary = true
        isList = try reader.isArray()
        if isList { try readUnigram(&reader) } else { vocabulary = try reader.vocabulary() }
      case "merges": merges = try reader.merges()
      case "unk_token": unknownToken = try reader.optionalString(key)
      case "unk_id": unknownID = try reader.optionalWhole(key)
      case "byte_fallback": hasByteFallback = try reader.flag(key)
      case "ignore_merges": ignoresMerges = try reader.flag(key)
      case "continuing_subword_prefix": prefix = try reader.optionalString(key)
      case "end_of_word_suffix": endOfWordSuffix = try reader.optionalString(key) ?? ""
      case "max_input_chars_per_word":
        maximumWordLength = Int(clamping: try reader.optionalWhole(key) ?? UInt64(maximumWordLength))
      default: try reader.skip()
      }
    }
    guard hasVocabulary else { throw .missing("vocab", in: "model") }
    if let type {
      guard let known = Kind(rawValue: type) else { throw .modelUnknown(type) }
      kind = known
    } else {
      // Files of the first versions do not say it.
      kind = isList ? .unigram : merges.isEmpty ? .wordPiece : .bytePairs
    }
    guard isList == (kind == .unigram) else {
      throw .wrongType(
        "vocab", found: isList ? "an array" : "an object", expected: kind == .unigram ? "an array" : "an object")
    }
    continuingPrefix = prefix ?? (kind == .wordPiece ? "##" : "")
    if let unknownID, unknownID >= UInt64(vocabulary.end) {
      throw .idBeyondVocabulary(token: "unk_id", id: unknownID, size: vocabulary.end)
    }
  }

  /// `[["piece", -1.5], ...]`
  private mutating func readUnigram(_ reader: inout DefinitionReader) throws(TokenizerError) {
    try reader.beginArray()
    while try reader.nextElement() {
      let index = scores.count
      try reader.beginArray()
      guard try reader.nextElement() else { throw .pieceMalformed(index: index) }
      let piece = try reader.string("vocab")
      guard try reader.nextElement() else { throw .scoreMissing(token: piece, index: index) }
      let score = Float(try reader.number("the score of \(piece.quoted(limit: 40))"))
      guard score.isFinite else { throw .scoreNotFinite(token: piece, index: index) }
      guard try !reader.nextElement() else { throw .pieceMalformed(index: index) }
      try vocabulary.insert(piece, id: UInt64(index))
      scores.append(score)
    }
  }
}

extension AddedToken {
  /// The tokens of a list of tokenizer.json.
  static func list(_ value: JSONValue, of name: String) throws(TokenizerError) -> [AddedToken] {
    if case .null = value { return [] }
    guard let elements = value.array else { throw .wrongType(name, found: value.summary, expected: "an array") }
    var tokens: [AddedToken] = []
    for (index, element) in elements.enumerated() {
      guard let token = AddedToken(element) else { throw .addedTokenMalformed(index: index) }
      guard let id = element["id"], let whole = id.whole else {
        throw .addedTokenWithoutID(token.content, found: element["id"]?.summary)
      }
      tokens.append(token.with(id: whole))
    }
    return tokens
  }

  /// A token as an object with its text and flags, or as its text alone, of which the flags are those of a special token;
  /// nil for anything else.
  init?(_ value: JSONValue) {
    if let text = value.string {
      self.init(content: text, isSpecial: true, isNormalized: false)
      return
    }
    guard case .object = value, let content = value["content"]?.string else { return nil }
    let isSpecial = value["special"]?.boolean ?? false
    self.init(
      content: content, isSpecial: isSpecial, isNormalized: value["normalized"]?.boolean ?? !isSpecial,
      takesBlanksBefore: value["lstrip"]?.boolean ?? false, takesBlanksBehind: value["rstrip"]?.boolean ?? false,
      isWholeWord: value["single_word"]?.boolean ?? false)
  }

  func with(id: UInt64) -> AddedToken {
    var token = self
    token.id = id
    return token
  }
}

extension JSONValue {
  /// A number that is spelled as a whole one from 0 to 2^64 - 1, as Python's `int` has it.
  var whole: UInt64? { if case .number(let text) = self { UInt64(text) } else { nil } }
}
