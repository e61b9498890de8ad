internal import GGUF
internal import StrictJSON
internal import TensorCore

/// Writes the metadata of a style: each function is named after what it does in llama.cpp's converter.
struct MetadataWriter {
  let files: TokenizerFiles
  let options: TokenizerOptions
  private(set) var metadata = GGUFMetadata()
  private(set) var notes: [String] = []

  init(_ files: TokenizerFiles, _ options: TokenizerOptions) {
    self.files = files
    self.options = options
  }

  mutating func write() throws(SourceError) {
    if let size = options.vocabularySize, !(1...TokenizerLimits.tokens).contains(size) {
      throw files.violation("config.json", .vocabularySizeTooLarge(size, limit: TokenizerLimits.tokens))
    }
    if let name = options.preTokenizer, !PreTokenizerName.all.contains(name) {
      throw files.violation("", .preTokenizerNameUnknown(name))
    }
    let hasModel = files.has("tokenizer.model")
    switch options.style {
    case .gpt2: try writeGPT2()
    case .sentencePiece: try writeSentencePiece()
    case .sentencePieceOrGPT2: if hasModel { try writeSentencePiece() } else { try writeGPT2() }
    case .llamaHF: try writeLlamaHF(try definition())
    case .llama: try writeLlama()
    case .gemma:
      try writeSentencePiece()
      if metadata["tokenizer.ggml.eot_token_id"] == nil { metadata["tokenizer.ggml.eot_token_id"] = .uint32(107) }
      metadata["tokenizer.ggml.add_space_prefix"] = .bool(false)
    case .gemma2:
      try writeSentencePiece()
      metadata["tokenizer.ggml.add_space_prefix"] = .bool(false)
    case .gemma3:
      if hasModel {
        try writeSentencePiece()
        metadata["tokenizer.ggml.add_space_prefix"] = .bool(false)
      } else {
        try writeGPT2()
      }
    case .phi3: try writePhi3()
    case .wordPiece: try writeWordPiece()
    case .roberta:
      guard files.has("tokenizer.json") else { return try writeWordPiece() }
      try writeGPT2()
      writeTokenTypeCount()
    case .unigram: try writeUnigram()
    case .nomicBert:
      if files.has("sentencepiece.bpe.model") { return try writeUnigram() }
      if files.has("tokenizer.json"), try definition().0.kind == .unigram { return try writeUnigram() }
      try writeWordPiece()
    }
  }

  /// The tokenizer as transformers opens it.
  private func definition() throws(SourceError) -> (TokenizerDefinition, TokenizerConfiguration) {
    let configuration = try TokenizerConfiguration(files)
    return (try TokenizerDefinition(files, configuration), configuration)
  }

  private mutating func writeTokenTypeCount() {
    if let count = options.tokenTypeCount { metadata["tokenizer.ggml.token_type_count"] = .uint32(count) }
  }

  /// - Parameter definition: tokenizer.json, where there is one.
  private mutating func writeSpecialTokens(_ definition: TokenizerDefinition?, limit: Int? = nil) throws(SourceError) {
    try SpecialTokens(files, definition, limit: limit, notes: &notes).write(to: &metadata)
  }

  /// tokenizer.json for its added tokens, normalizer and post-processor; nil where it is not there.
  private func tokenizerJSON() throws(SourceError) -> TokenizerDefinition? {
    try files.read("tokenizer.json") { bytes throws(TokenizerError) in
      try TokenizerDefinition(json: bytes, readsModel: false)
    }
  }

  // MARK: Byte-level BPE and WordPiece

  private mutating func writeGPT2() throws(SourceError) {
    let (definition, configuration) = try definition()
    let tokens = try list(definition)
    let pre = try preTokenizer(definition, configuration)
    metadata["tokenizer.ggml.model"] = .string("gpt2")
    metadata["tokenizer.ggml.pre"] = .string(pre)
    tokens.write(to: &metadata)
    let isJSON = definition.file == "tokenizer.json"
    let special = try SpecialTokens(files, isJSON ? definition : nil, notes: &notes)
    if !definition.merges.isEmpty {
      metadata["tokenizer.ggml.merges"] = .array(GGUFArray(definition.merges.map(\.written)))
    }
    special.write(to: &metadata)
  }

  private mutating func writeWordPiece() throws(SourceError) {
    let (definition, configuration) = try definition()
    var tokens = try list(definition)
    let pre = try preTokenizer(definition, configuration)
    writeTokenTypeCount()
    for id in 0..<tokens.count where tokens.types[id] != .control {
      let text = tokens.texts[id]
      tokens.texts[id] = text.dropping(prefix: "##") ?? "\u{2581}" + text
    }
    metadata["tokenizer.ggml.model"] = .string("bert")
    metadata["tokenizer.ggml.pre"] = .string(pre)
    tokens.write(to: &metadata)
    try writeSpecialTokens(definition.file == "tokenizer.json" ? definition : nil, limit: tokens.count)
  }

  private mutating func list(_ definition: TokenizerDefinition) throws(SourceError) -> TokenList {
    let size = options.vocabularySize
    let tokens = try files.checking(definition.file) { () throws(TokenizerError) in
      try TokenList(definition, size: size)
    }
    let padding = tokens.types.count { $0 == .unused }
    if padding > 0 {
      notes.append("\(definition.file): \(Numbers.counted(padding, "id")) without a token, filled up with [PAD...]")
    }
    return tokens
  }

  private mutating func preTokenizer(
    _ definition: TokenizerDefinition, _ configuration: TokenizerConfiguration
  ) throws(SourceError) -> String {
    let merges = try files.checking(definition.file == "vocab.json" ? "merges.txt" : definition.file) {
      () throws(TokenizerError) in try definition.resolvedMerges()
    }
    if let name = options.preTokenizer { return name }
    let recognised = try files.checking(definition.file) { () throws(TokenizerError) in
      try PreTokenizerName.recognise(definition, merges, className: configuration.className)
    }
    if let note = recognised.note { notes.append("\(definition.file): \(note)") }
    return recognised.name
  }

  // MARK: SentencePiece

  private func model(_ name: String) throws(SourceError) -> SentencePieceModel {
    guard let model = try files.read(name, SentencePieceModel.init(_:)) else {
      throw files.violation("", .fileMissing(name, reason: "which this architecture's tokenizer is"))
    }
    return model
  }

  private mutating func writeSentencePiece() throws(SourceError) {
    let model = try model("tokenizer.model")
    let size = options.vocabularySize
    var notes: [String] = []
    var tokens = try files.checking("tokenizer.model") { () throws(TokenizerError) in
      try TokenList(model, size: size, notes: &notes)
    }
    if let object = try files.object("added_tokens.json") {
      try files.checking("added_tokens.json") { () throws(TokenizerError) in
        try tokens.add(addedTokens: object, notes: &notes)
      }
    }
    if let object = try files.object("tokenizer_config.json")?["added_tokens_decoder"]?.object {
      try files.checking("tokenizer_config.json") { () throws(TokenizerError) in
        try tokens.add(decoder: object, notes: &notes)
      }
    }
    self.notes += notes
    writeLlamaModel(tokens)
    try writeSpecialTokens(try tokenizerJSON(), limit: tokens.count)
  }

  private mutating func writeLlamaModel(_ tokens: TokenList) {
    metadata["tokenizer.ggml.model"] = .string("llama")
    metadata["tokenizer.ggml.pre"] = .string("default")
    tokens.write(to: &metadata)
  }

  private mutating func writeLlamaHF(
    _ source: (TokenizerDefinition, TokenizerConfiguration)
  ) throws(SourceError) {
    let (definition, configuration) = source
    let tokens = try files.checking(definition.file) { () throws(TokenizerError) in
      guard definition.isLlamaHF else {
        throw .modelUnfit(found: definition.kind.rawValue, expected: "BPE with byte fallback")
      }
      _ = try definition.resolvedMerges()
      return try TokenList(llamaHF: definition, special: configuration.specialTokens)
    }
    writeLlamaModel(tokens)
    try writeSpecialTokens(definition, limit: tokens.count)
  }

  private mutating func writeLlama() throws(SourceError) {
    if let prefix = try files.object("tokenizer_config.json")?["add_prefix_space"]?.boolean {
      metadata["tokenizer.ggml.add_space_prefix"] = .bool(prefix)
    }
    if files.has("tokenizer.model") {
      try writeSentencePiece()
    } else if files.has("tokenizer.json"), case let source = try definition(), source.0.isLlamaHF {
      try writeLlamaHF(source)
    } else {
      try writeGPT2()
    }
    // CodeLlama and Granite are known by the size of their vocabularies.
    if options.vocabularySize == 32_016 { metadata["tokenizer.ggml.eot_token_id"] = .uint32(32_010) }
    if options.vocabularySize == 49_152 { metadata["tokenizer.ggml.add_bos_token"] = .bool(false) }
  }

  private mutating func writePhi3() throws(SourceError) {
    let config = try files.object("tokenizer_config.json")
    if config?["tokenizer_class"]?.string == "GPT2Tokenizer" { return try writeGPT2() }
    let model = try model("tokenizer.model")
    let size = options.vocabularySize
    guard model.pieces.count <= size ?? .max else {
      throw files.violation(
        "tokenizer.model",
        .idBeyondVocabulary(
          token: model.pieces.last?.text ?? "", id: UInt64(model.pieces.count - 1), size: size ?? 0))
    }
    var notes: [String] = []
    var tokens = try files.checking("tokenizer.model") { () throws(TokenizerError) in
      try TokenList(model, size: size, notes: &notes)
    }
    if let object = try files.object("added_tokens.json") {
      try files.checking("added_tokens.json") { () throws(TokenizerError) in
        try tokens.add(addedTokens: object, notes: &notes)
      }
    }
    self.notes += notes
    let configuration = try TokenizerConfiguration(files)
    if config?["added_tokens_decoder"] != nil {
      try files.checking("tokenizer_config.json") { () throws(TokenizerError) in
        try tokens.add(phi3: configuration.addedTokens)
      }
    }
    let definition = try tokenizerJSON()
    if let definition {
      try files.checking("tokenizer.json") { () throws(TokenizerError) in
        try tokens.add(phi3: definition.addedTokens)
      }
    }
    writeLlamaModel(tokens)
    try writeSpecialTokens(definition, limit: tokens.count)
  }

  // MARK: Unigram

  private mutating func writeUnigram() throws(SourceError) {
    let name = "sentencepiece.bpe.model"
    let size = options.vocabularySize
    let vocabulary: UnigramVocabulary
    var definition: TokenizerDefinition?
    if files.has(name) {
      let model = try model(name)
      vocabulary = try files.checking(name) { () throws(TokenizerError) in try UnigramVocabulary(model, size: size) }
      definition = try tokenizerJSON()
    } else {
      let (found, configuration) = try self.definition()
      vocabulary = try files.checking(found.file) { () throws(TokenizerError) in
        try UnigramVocabulary(found, configuration, size: size)
      }
      definition = found
    }
    metadata["tokenizer.ggml.model"] = .string("t5")
    metadata["tokenizer.ggml.pre"] = .string("default")
    vocabulary.tokens.write(to: &metadata)
    metadata["tokenizer.ggml.add_space_prefix"] = .bool(vocabulary.addsSpacePrefix)
    writeTokenTypeCount()
    metadata["tokenizer.ggml.remove_extra_whitespaces"] = .bool(vocabulary.removesExtraWhitespaces)
    if !vocabulary.charsmap.isEmpty {
      metadata["tokenizer.ggml.precompiled_charsmap"] = .array(GGUFArray(vocabulary.charsmap))
    }
    try writeSpecialTokens(definition, limit: vocabulary.tokens.count)
  }
}
