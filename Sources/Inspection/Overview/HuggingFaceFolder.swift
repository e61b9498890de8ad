internal import FileAccess
internal import StrictJSON
internal import SystemPackage
internal import TensorCore

/// What stands beside a safetensors checkpoint in a folder of Hugging Face's layout: config.json says what the model is.
package struct HuggingFaceFolder {
  /// Larger than any configuration; tokenizer_config.json lists added tokens, thousands in some.
  static let largestFile = 16 << 20

  private(set) var model = ModelFacts()
  private(set) var tokenizer: TokenizerFacts?
  /// Files that should say something and cannot be read, a sentence each.
  package private(set) var problems: [String] = []

  private let folder: FilePath

  /// nil where there is no config.json.
  package init?(beside path: String) {
    folder = FilePath(path).removingLastComponent()
    guard exists("config.json") else { return nil }
    if var scanner = scanner(of: "config.json") {
      do throws(JSONError) {
        try Self.parse(&scanner, into: &model, vocabulary: &vocabulary, isNested: false)
      } catch {
        problems.append("config.json cannot be read: \(error)")
      }
    }
    tokenizer = tokenizerFacts()
  }

  private var vocabulary: Int?

  private func exists(_ name: String) -> Bool { FileStatus(ofPath: folder.appending(name).string)?.kind == .regular }

  private mutating func scanner(of name: String) -> JSONScanner? {
    do throws(SourceError) {
      let file = try InputFile(path: folder.appending(name).string)
      if file.size <= Self.largestFile { return JSONScanner(try file.bytes(in: 0..<file.size)) }
      problems.append("\(name) has \(file.size) bytes, \(Self.largestFile) at most are read")
    } catch {
      problems.append("\(name) cannot be read")
    }
    return nil
  }

  /// The keys that transformers writes; those of GPT-2 have names of their own, and models of several parts have the
  /// language model's in `text_config`.
  private static func parse(
    _ scanner: inout JSONScanner, into model: inout ModelFacts, vocabulary: inout Int?, isNested: Bool
  ) throws(JSONError) {
    try scanner.beginObject()
    while let key = try scanner.nextKey() {
      switch key {
      case "architectures" where !isNested:
        model.architecture = try firstString(&scanner) ?? model.architecture
      case "model_type":
        let type = try string(&scanner)
        model.architecture = model.architecture ?? type
      case "max_position_embeddings", "n_positions": model.contextLength = try integer(&scanner) ?? model.contextLength
      case "hidden_size", "n_embd": model.embeddingLength = try integer(&scanner) ?? model.embeddingLength
      case "num_hidden_layers", "n_layer": model.layers = try integer(&scanner) ?? model.layers
      case "num_attention_heads", "n_head": model.heads = try integer(&scanner) ?? model.heads
      case "num_key_value_heads": model.keyValueHeads = try integer(&scanner) ?? model.keyValueHeads
      case "intermediate_size", "n_inner": model.feedForwardLength = try integer(&scanner) ?? model.feedForwardLength
      case "num_local_experts", "num_experts": model.experts = try integer(&scanner) ?? model.experts
      case "num_experts_per_tok": model.expertsUsed = try integer(&scanner) ?? model.expertsUsed
      case "vocab_size": vocabulary = try integer(&scanner) ?? vocabulary
      case "text_config" where !isNested:
        if try scanner.peek() == .object {
          try parse(&scanner, into: &model, vocabulary: &vocabulary, isNested: true)
        } else {
          try scanner.skipValue()
        }
      default: try scanner.skipValue()
      }
    }
    if !isNested { try scanner.end() }
  }

  private static func integer(_ scanner: inout JSONScanner) throws(JSONError) -> Int? {
    guard try scanner.peek() == .number else {
      try scanner.skipValue()
      return nil
    }
    return Int(exactly: try scanner.unsignedInteger())
  }

  private static func string(_ scanner: inout JSONScanner) throws(JSONError) -> String? {
    guard try scanner.peek() == .string else {
      try scanner.skipValue()
      return nil
    }
    return try scanner.string()
  }

  private static func firstString(_ scanner: inout JSONScanner) throws(JSONError) -> String? {
    guard try scanner.peek() == .array else {
      try scanner.skipValue()
      return nil
    }
    var first: String?
    try scanner.beginArray()
    while try scanner.nextElement() {
      let text = try string(&scanner)
      first = first ?? text
    }
    return first
  }

  private mutating func tokenizerFacts() -> TokenizerFacts? {
    let files = ["tokenizer.json", "tokenizer.model", "vocab.json", "vocab.txt"].filter { exists($0) }
    guard !files.isEmpty || vocabulary != nil else { return nil }
    var facts = TokenizerFacts()
    facts.model = files.isEmpty ? nil : files.joined(separator: ", ")
    facts.vocabulary = vocabulary
    if exists("chat_template.jinja") {
      facts.chatTemplateLength = FileStatus(ofPath: folder.appending("chat_template.jinja").string)?.size
    } else if exists("tokenizer_config.json"), var scanner = scanner(of: "tokenizer_config.json") {
      do throws(JSONError) {
        facts.chatTemplateLength = try Self.chatTemplateLength(&scanner)
      } catch {
        problems.append("tokenizer_config.json cannot be read: \(error)")
      }
    }
    return facts
  }

  private static func chatTemplateLength(_ scanner: inout JSONScanner) throws(JSONError) -> Int? {
    var length: Int?
    try scanner.beginObject()
    while let key = try scanner.nextKey() {
      if key == "chat_template", try scanner.peek() == .string {
        length = try scanner.string().count
      } else {
        try scanner.skipValue()
      }
    }
    try scanner.end()
    return length
  }
}
