internal import StrictJSON
internal import TensorCore

/// tokenizer_config.json and the two files that older versions had beside it: which tokens are added, and what they are
/// for.
struct TokenizerConfiguration: Sendable {
  /// tokenizer_config.json; empty where it is not there.
  var values = JSONObject()
  /// The tokens of `added_tokens_decoder`, or of added_tokens.json, by their ids.
  private(set) var addedTokens: [AddedToken] = []
  /// Those with a purpose, in the order of ``roles``, and then the others that are special.
  private(set) var specialTokens: [AddedToken] = []
  /// `tokenizer_class`, without `Fast` at its end.
  private(set) var className: String?

  /// The purposes that transformers knows.
  static let roles = ["bos", "eos", "unk", "sep", "pad", "cls", "mask"]

  init(_ files: TokenizerFiles) throws(SourceError) {
    let config = try files.object("tokenizer_config.json")
    values = config ?? JSONObject()
    className = values["tokenizer_class"]?.string.map { $0.hasSuffix("Fast") ? String($0.dropLast(4)) : $0 }
    var named = values
    if let decoder = values["added_tokens_decoder"]?.object {
      addedTokens = try files.checking("tokenizer_config.json") { () throws(TokenizerError) in
        try Self.decoder(decoder)
      }
    } else {
      // What earlier versions wrote beside it comes before it.
      for (key, value) in try files.object("special_tokens_map.json")?.pairs ?? [] { named[key] = value }
    }
    specialTokens = special(in: named)
    if values["added_tokens_decoder"] == nil, let added = try files.object("added_tokens.json") {
      let special = Set(specialTokens.map { ExactString($0.content) })
      addedTokens = try files.checking("added_tokens.json") { () throws(TokenizerError) in
        var tokens: [AddedToken] = []
        for (text, value) in added.pairs {
          guard let id = value.whole else { throw .addedTokenWithoutID(text, found: value.summary) }
          let isSpecial = special.contains(ExactString(text))
          tokens.append(AddedToken(content: text, id: id, isSpecial: isSpecial, isNormalized: !isSpecial))
        }
        return tokens
      }
    }
    addedTokens.sort { $0.id ?? 0 < $1.id ?? 0 }
  }

  /// `{"7": {"content": "<s>", ...}, ...}`
  private static func decoder(_ object: JSONObject) throws(TokenizerError) -> [AddedToken] {
    var tokens: [AddedToken] = []
    for (index, (key, value)) in object.pairs.enumerated() {
      guard let token = AddedToken(value), value.string == nil else { throw .addedTokenMalformed(index: index) }
      guard let id = UInt64(key) else { throw .idNotWhole(token: token.content, text: key) }
      tokens.append(token.with(id: id))
    }
    return tokens
  }

  private func special(in named: JSONObject) -> [AddedToken] {
    let defaults = className.flatMap { Self.defaults[$0] } ?? [:]
    var tokens: [AddedToken] = []
    for role in Self.roles {
      if let value = named[role + "_token"] {
        if let token = AddedToken(value) { tokens.append(token) }
      } else if let text = defaults[role] {
        var token = AddedToken(content: text, isSpecial: true, isNormalized: false)
        token.isOptional = true
        tokens.append(token)
      }
    }
    for key in ["extra_special_tokens", "additional_special_tokens"] {
      let values = named[key]?.array ?? named[key]?.object?.pairs.map(\.value) ?? []
      tokens += values.compactMap { AddedToken($0) }
    }
    return tokens
  }

  /// The tokens that classes of transformers have where the configuration names no others.
  private static let defaults: [String: [String: String]] = {
    let bert = ["unk": "[UNK]", "sep": "[SEP]", "pad": "[PAD]", "cls": "[CLS]", "mask": "[MASK]"]
    let roberta = [
      "bos": "<s>", "eos": "</s>", "sep": "</s>", "cls": "<s>", "unk": "<unk>", "pad": "<pad>", "mask": "<mask>",
    ]
    let endOfText = ["unk": "<|endoftext|>", "bos": "<|endoftext|>", "eos": "<|endoftext|>"]
    let llama = ["unk": "<unk>", "bos": "<s>", "eos": "</s>"]
    return [
      "BertTokenizer": bert, "DistilBertTokenizer": bert, "ElectraTokenizer": bert, "MPNetTokenizer": roberta,
      "RobertaTokenizer": roberta, "XLMRobertaTokenizer": roberta, "CamembertTokenizer": roberta,
      "BartTokenizer": roberta, "GPT2Tokenizer": endOfText, "GPTNeoXTokenizer": endOfText,
      "Qwen2Tokenizer": ["unk": "<|endoftext|>", "eos": "<|endoftext|>", "pad": "<|endoftext|>"],
      "LlamaTokenizer": llama, "CodeLlamaTokenizer": llama,
      "GemmaTokenizer": ["pad": "<pad>", "eos": "<eos>", "bos": "<bos>", "unk": "<unk>", "mask": "<mask>"],
    ]
  }()
}

extension TokenizerFiles {
  /// A file that is a JSON object; nil where it is not there.
  func object(_ name: String) throws(SourceError) -> JSONObject? {
    try read(name) { bytes throws(TokenizerError) in
      let value: JSONValue
      do throws(JSONError) {
        value = try JSONValue(parsing: bytes)
      } catch {
        throw .notJSON(error)
      }
      guard let object = value.object else {
        throw .wrongType(name, found: value.summary, expected: "an object")
      }
      return object
    }
  }

  /// Gives an error the name of the file that it is about.
  func checking<Value>(
    _ name: String, _ body: () throws(TokenizerError) -> Value
  ) throws(SourceError) -> Value {
    do throws(TokenizerError) {
      return try body()
    } catch {
      throw violation(name, error)
    }
  }
}

extension JSONObject {
  /// The members in their order.
  var pairs: [(key: String, value: JSONValue)] {
    keys.compactMap { key in self[key].map { (key, $0) } }
  }
}
