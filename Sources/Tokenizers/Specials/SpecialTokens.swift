internal import GGUF
internal import StrictJSON
internal import TensorCore

/// What special tokens a model has, which of them are put around a text, its chat templates and its normalizer's flags:
/// `SpecialVocab` of gguf-py, rule by rule.
struct SpecialTokens {
  /// Ids in the order in which they are found, which is that of their keys in the file.
  private(set) var ids: [(role: String, id: UInt32)] = []
  /// Whether a token is put in front of a text (bos), behind it (eos), or between two (sep).
  private(set) var adds: [(role: String, value: Bool)] = []
  private(set) var template: ChatTemplates?
  private(set) var lowercases: Bool?
  private(set) var stripsAccents: Bool?

  /// Roles that are looked for, in this order; a template that ends otherwise than it should adds eot and eom.
  private var roles = TokenizerConfiguration.roles
  /// Ids from here on are left out; nil: none.
  private let limit: Int?
  /// tokenizer_config.json, as the rules change it; nil where it is not there, or empty.
  private var config: JSONObject?
  private var notes: [String] = []

  /// Keys of ids and flags; roles without one (cls, prefix) are not written.
  private static let idKeys = [
    "bos": "bos", "eos": "eos", "unk": "unknown", "sep": "seperator", "pad": "padding", "mask": "mask", "eot": "eot",
    "eom": "eom",
  ]

  /// - Parameters:
  ///   - definition: tokenizer.json; nil where there is none.
  ///   - limit: As many tokens as the vocabulary has; ids from there on are left out. nil: none is.
  init(
    _ files: TokenizerFiles, _ definition: TokenizerDefinition?, limit: Int? = nil, notes: inout [String]
  ) throws(SourceError) {
    self.limit = limit
    config = try files.object("tokenizer_config.json").flatMap { $0.keys.isEmpty ? nil : $0 }
    if let definition {
      readNormalizer(definition.normalizer)
      readPostProcessor(definition.postProcessor)
    }
    if let config {
      template = try ChatTemplates(files, config, notes: &notes)
      try files.checking("tokenizer_config.json") { () throws(TokenizerError) in
        try readConfiguration(config, definition?.statedAddedTokens ?? [])
      }
    }
    if let object = try files.object("config.json") {
      try files.checking("config.json") { () throws(TokenizerError) in try readModelConfiguration(object) }
    }
    notes += self.notes
  }

  /// Writes what was found, in the reference converter's order.
  func write(to metadata: inout GGUFMetadata) {
    for (role, id) in ids {
      if let key = Self.idKeys[role] { metadata["tokenizer.ggml.\(key)_token_id"] = .uint32(id) }
    }
    for (role, value) in adds where ["bos", "eos", "sep"].contains(role) {
      metadata["tokenizer.ggml.add_\(role)_token"] = .bool(value)
    }
    template?.write(to: &metadata)
    if let lowercases { metadata["tokenizer.ggml.normalizer.lowercase"] = .bool(lowercases) }
    if let stripsAccents { metadata["tokenizer.ggml.normalizer.strip_accents"] = .bool(stripsAccents) }
  }

  // MARK: tokenizer.json

  private mutating func readNormalizer(_ normalizer: JSONValue) {
    switch normalizer["type"]?.string {
    case "Lowercase": lowercases = true
    case "StripAccents": stripsAccents = true
    case "BertNormalizer":
      if let value = normalizer["lowercase"] { lowercases = value.boolean }
      if let value = normalizer["strip_accents"] { stripsAccents = value.boolean }
    case "Sequence":
      for step in normalizer["normalizers"]?.array ?? [] { readNormalizer(step) }
    default: break
    }
  }

  private func adds(_ role: String) -> Bool? { adds.first { $0.role == role }?.value }

  private mutating func setAdds(_ role: String, _ value: Bool, replacing: Bool = true) {
    if let index = adds.firstIndex(where: { $0.role == role }) {
      if replacing { adds[index].value = value }
    } else {
      adds.append((role, value))
    }
  }

  private mutating func setConfig(_ key: String, _ value: JSONValue?) {
    if config != nil { config?[key] = value ?? .null }
  }

  private mutating func readPostProcessor(_ processor: JSONValue) {
    var names = Names(config)
    if names.bos == nil, let cls = names.cls, config != nil {
      names.bos = cls
      setConfig("bos_token", cls)
    }
    if names.eos == nil, let sep = names.sep, config != nil {
      names.eos = sep
      setConfig("eos_token", sep)
    }
    guard case .object = processor else { return }
    for step in processor["processors"]?.array ?? [processor] {
      switch step["type"]?.string {
      case "ByteLevel":
        setAdds("bos", false, replacing: false)
        setAdds("eos", false, replacing: false)
      case "RobertaProcessing":
        for role in ["bos", "eos", "sep"] { setAdds(role, true) }
        if names.cls == nil, config != nil {
          names.cls = step["cls"]?.array?.first ?? names.bos
          setConfig("cls_token", names.cls)
        }
        if names.sep == nil, config != nil {
          names.sep = step["sep"]?.array?.first ?? names.eos
          setConfig("sep_token", names.sep)
        }
      case "TemplateProcessing": readTemplate(step, &names)
      default: break
      }
    }
  }

  /// The tokens of tokenizer_config.json, by their texts; nil for those that are missing or empty.
  private struct Names {
    var bos: JSONValue?
    var eos: JSONValue?
    var cls: JSONValue?
    var sep: JSONValue?

    init(_ config: JSONObject?) {
      func name(_ role: String) -> JSONValue? {
        guard let value = config?[role + "_token"], value.isTruthy else { return nil }
        return value
      }
      (bos, eos, cls, sep) = (name("bos"), name("eos"), name("cls"), name("sep"))
    }
  }

  /// What is put around one text, and between two: only simple templates are understood.
  private mutating func readTemplate(_ step: JSONValue, _ names: inout Names) {
    func token(_ part: JSONValue?) -> String? {
      part?["SpecialToken"]?["id"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    }
    func isNamed(_ text: String, _ one: JSONValue?, _ other: JSONValue?) -> Bool {
      one?.string == text || other?.string == text
    }
    let single = step["single"]?.array ?? []
    var (first, last): (String?, String?)
    if single.count > 1 {
      first = token(single.first)
      if let first {
        if config == nil {
          names.bos = .string(first)
        } else if !isNamed(first, names.bos, names.cls) {
          if names.bos == nil {
            names.bos = .string(first)
            setConfig("bos_token", .string(first))
          }
          if names.cls == nil {
            names.cls = .string(first)
            setConfig("cls_token", .string(first))
          }
        }
        setAdds("bos", isNamed(first, names.bos, names.cls))
      }
      last = token(single.last)
      if let last {
        if config == nil {
          names.eos = .string(last)
        } else if names.eos?.string != last {
          if let role = ["eot", "eom"].first(where: { !roles.contains($0) }) {
            roles.append(role)
            setConfig(role + "_token", names.eos)
          } else {
            notes.append("tokenizer.json: texts end with \(last.quoted(limit: 40)), which takes the place of eos_token")
          }
          names.eos = .string(last)
          setConfig("eos_token", .string(last))
        }
        setAdds("eos", names.eos?.string == last)
      }
    }
    var pair = (step["pair"]?.array ?? [])[...]
    if pair.isEmpty { return }
    if let first, token(pair.first) == first { pair = pair.dropFirst() }
    if let last, token(pair.last) == last { pair = pair.dropLast() }
    guard let a = pair.first, let b = pair.last, a["Sequence"]?["id"]?.string == "A",
      b["Sequence"]?["id"]?.string == "B"
    else { return }
    // A [sep] [eos] B
    let middle = pair.dropFirst().dropLast()
    guard let entry = middle.first else { return }
    var addsSeparator = false
    if let entry = token(entry), isNamed(entry, names.sep, names.eos), last == nil { addsSeparator = true }
    if middle.count == 2, let entry = token(middle.last), isNamed(entry, names.sep, names.eos) { addsSeparator = true }
    setAdds("sep", addsSeparator)
    if addsSeparator, names.sep == nil { setConfig("sep_token", names.eos) }
  }

  // MARK: tokenizer_config.json and config.json

  private mutating func readConfiguration(
    _ original: JSONObject, _ added: [AddedToken]
  ) throws(TokenizerError) {
    let config = self.config ?? original
    for role in roles {
      if let value = config["add_\(role)_token"]?.boolean {
        if let found = adds(role), found != value {
          notes.append(
            "tokenizer_config.json: add_\(role)_token is \(value), but tokenizer.json's post-processor says \(found), "
              + "which is written")
        }
        setAdds(role, value, replacing: false)
      }
      let entry = config["\(role)_token"]
      guard let text = entry?.string ?? entry?["content"]?.string,
        let id = added.first(where: { ExactString($0.content) == ExactString(text) })?.id
      else { continue }
      set(role, id)
    }
  }

  private mutating func readModelConfiguration(_ object: JSONObject) throws(TokenizerError) {
    for role in roles {
      let key = "\(role)_token_id"
      var value = object[key] ?? .null
      if case .null = value, let nested = object["text_config"]?[key] { value = nested }
      guard case .number(let text) = value else { continue }
      if let id = value.whole {
        set(role, id)
      } else if text.hasPrefix("-"), Int(text) != nil {
        throw .specialTokenNegative(key, text: text)
      }
    }
  }

  private mutating func set(_ role: String, _ id: UInt64) {
    if ids.contains(where: { $0.role == role }) { return }
    guard id < UInt64(limit ?? TokenizerLimits.tokens), let id = UInt32(exactly: id) else {
      notes.append("the \(role) token is left out: its id \(id) is beyond the vocabulary")
      return
    }
    ids.append((role, id))
  }
}

extension JSONValue {
  /// Whether Python takes it for true.
  var isTruthy: Bool {
    switch self {
    case .object(let object): !object.keys.isEmpty
    case .array(let elements): !elements.isEmpty
    case .string(let text): !text.isEmpty
    case .number(let text): Double(text) != 0
    case .boolean(let value): value
    case .null: false
    }
  }
}
