internal import StrictJSON
internal import TensorCore

extension TokenizerDefinition {
  /// Opens the tokenizer of a folder: tokenizer.json, else vocab.json and merges.txt, else vocab.txt; with what
  /// tokenizer_config.json adds.
  ///
  /// - Throws: ``SourceError``; `.invalid` with a ``TokenizerError`` where no such file is there or one is broken.
  init(_ files: TokenizerFiles, _ configuration: TokenizerConfiguration) throws(SourceError) {
    let json = try files.read("tokenizer.json") { bytes throws(TokenizerError) in
      try TokenizerDefinition(json: bytes, readsModel: true)
    }
    if let json {
      self = json
    } else if files.has("vocab.json") {
      self = try Self.bytePairs(files, configuration)
    } else if let definition = try files.read("vocab.txt", TokenizerDefinition.init(wordPieces:)) {
      self = definition
      normalizer = Self.bertNormalizer(configuration)
      preTokenizer = .members(["type": .string("BertPreTokenizer")])
      decoder = .members(["type": .string("WordPiece"), "cleanup": .boolean(true)])
      postProcessor = surrounding("BertProcessing", first: "[CLS]", last: "[SEP]")
    } else {
      throw files.violation("", .noTokenizer(expected: ["tokenizer.json", "vocab.json and merges.txt", "vocab.txt"]))
    }
    let definition = self
    self = try files.checking(file) { () throws(TokenizerError) in
      var definition = definition
      try definition.add(configuration)
      guard definition.end > 0 else { throw .vocabularyEmpty }
      return definition
    }
  }

  // MARK: vocab.json and merges.txt

  private static func bytePairs(
    _ files: TokenizerFiles, _ configuration: TokenizerConfiguration
  ) throws(SourceError) -> TokenizerDefinition {
    var definition = TokenizerDefinition()
    definition.file = "vocab.json"
    let vocabulary = try files.read("vocab.json") { bytes throws(TokenizerError) in
      var reader = DefinitionReader(bytes)
      let vocabulary = try reader.vocabulary()
      try reader.end()
      return vocabulary
    }
    definition.vocabulary = vocabulary ?? Vocabulary()
    guard let merges = try files.read("merges.txt", merges) else {
      throw files.violation("", .fileMissing("merges.txt", reason: "which goes with vocab.json"))
    }
    definition.merges = merges
    definition.decoder = .members(["type": .string("ByteLevel")])
    definition.preTokenizer = preTokenizers[configuration.className ?? ""] ?? .null
    switch configuration.className {
    case "Qwen2Tokenizer": definition.normalizer = .members(["type": .string("NFC")])
    case "RobertaTokenizer", "BartTokenizer":
      definition.postProcessor = definition.surrounding("RobertaProcessing", first: "<s>", last: "</s>")
    default: break
    }
    return definition
  }

  /// How classes of transformers split text, where no tokenizer.json says it.
  private static let preTokenizers: [String: JSONValue] = {
    func byteLevel(usesRegex: Bool) -> JSONValue {
      .members([
        "type": .string("ByteLevel"), "add_prefix_space": .boolean(false), "use_regex": .boolean(usesRegex),
      ])
    }
    let gpt2 = byteLevel(usesRegex: true)
    let qwen2 = JSONValue.members([
      "type": .string("Sequence"),
      "pretokenizers": .array([
        .members([
          "type": .string("Split"), "pattern": .members(["Regex": .string(SplitPattern.qwen2)]),
          "behavior": .string("Isolated"),
        ]),
        byteLevel(usesRegex: false),
      ]),
    ])
    return [
      "GPT2Tokenizer": gpt2, "RobertaTokenizer": gpt2, "BartTokenizer": gpt2, "Qwen2Tokenizer": qwen2,
    ]
  }()

  /// A merge a line, behind one that says the version.
  static func merges(_ bytes: [UInt8]) throws(TokenizerError) -> [Merge] {
    var merges: [Merge] = []
    for (number, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      if number == 0 && line.first == UInt8(ascii: "#") { continue }
      // A part never holds one of these: byte-level BPE has other characters for them.
      let parts = line.split { [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r")].contains($0) }
      if parts.isEmpty { continue }
      guard parts.count == 2 else { throw .mergeMalformed(index: merges.count) }
      guard let left = String(validating: parts[0], as: UTF8.self),
        let right = String(validating: parts[1], as: UTF8.self)
      else { throw .notUTF8(line: number + 1) }
      guard merges.count < TokenizerLimits.merges else { throw .tooManyMerges(limit: TokenizerLimits.merges) }
      merges.append(Merge(left: left, right: right, written: left + " " + right))
    }
    return merges
  }

  /// A post-processor that puts two tokens around a text; null where the vocabulary lacks one.
  private func surrounding(_ type: String, first: String, last: String) -> JSONValue {
    guard let firstID = vocabulary.id(of: first), let lastID = vocabulary.id(of: last) else { return .null }
    return .members([
      "type": .string(type), "cls": .array([.string(first), .number("\(firstID)")]),
      "sep": .array([.string(last), .number("\(lastID)")]),
    ])
  }

  // MARK: vocab.txt

  /// A piece a line; its id is the line's number from 0 on.
  init(wordPieces bytes: [UInt8]) throws(TokenizerError) {
    self.init()
    file = "vocab.txt"
    kind = .wordPiece
    continuingPrefix = "##"
    unknownToken = "[UNK]"
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    for (number, line) in lines.enumerated() {
      let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      guard let text = String(validating: line, as: UTF8.self) else { throw .notUTF8(line: number + 1) }
      try vocabulary.insert(text, id: UInt64(number))
    }
    for token in ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] {
      guard let id = vocabulary.id(of: token) else { continue }
      addedTokens.append(AddedToken(content: token, id: UInt64(id), isSpecial: true, isNormalized: false))
    }
  }

  private static func bertNormalizer(_ configuration: TokenizerConfiguration) -> JSONValue {
    .members([
      "type": .string("BertNormalizer"), "clean_text": .boolean(true),
      "handle_chinese_chars": configuration.values["tokenize_chinese_chars"] ?? .boolean(true),
      "strip_accents": configuration.values["strip_accents"] ?? .null,
      "lowercase": configuration.values["do_lower_case"] ?? .boolean(true),
    ])
  }
}

extension JSONValue {
  /// An object of these members.
  static func members(_ pairs: KeyValuePairs<String, JSONValue>) -> JSONValue {
    var object = JSONObject()
    for (key, value) in pairs { object[key] = value }
    return .object(object)
  }
}
