internal import GGUF
internal import TensorCore

enum TokenDuplicates: ModelRule {
  static let rule = Rule(
    "GGUF-V007", "token-twice", .llamaCpp(.error, spec: .warning),
    demand: "No token is in the vocabulary twice.",
    reason: "llama.cpp aborts; other programs never give one of the two.",
    remedy: Remedies.convertAgain)

  static let isThorough = true

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard let table = model.tokenTable, let (count, first) = table.duplicates else { return }
    findings.add(
      rule, at: .init(key: "tokenizer.ggml.tokens"),
      "\(Numbers.counted(count, "token")) of \(Numbers.grouped(table.count)) stood before, the first is "
        + "\(first.later), \(table.text(first.later).quoted(limit: 64)), as \(first.earlier)")
  }
}

enum VocabularyTooLarge: ModelRule {
  static let rule = Rule(
    "GGUF-V008", "vocabulary-too-large", .everywhere(.warning),
    demand: "A vocabulary has at most 2,097,152 tokens.",
    reason: "Published models have at most a tenth of it; programs make an object of each token.",
    remedy: "Do not use the file, unless its source is known and says why.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard let tokens = model.tokens, tokens.count > TokenTable.limit else { return }
    findings.add(
      rule, at: .init(key: "tokenizer.ggml.tokens"),
      "\(Numbers.counted(tokens.count, "token")), which are not looked at any further")
  }
}

enum TokenTooLong: ModelRule {
  /// Tokens of published models have at most a few hundred bytes.
  static let limit = 1 << 16

  static let rule = Rule(
    "GGUF-V009", "token-too-long", .everywhere(.error),
    demand: "A token has at most 65,536 bytes.",
    reason: "Nothing is trained with such tokens. Programs copy tokens into buffers of fixed size (CVE-2025-49847).",
    remedy: "Do not use the file: nobody makes such a token by accident.")

  static let isThorough = true

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard let tokens = model.tokens else { return }
    var (index, count) = (0, 0)
    var longest: (token: Int, bytes: Int) = (0, 0)
    tokens.forEachString { range in
      if range.count > limit { count += 1 }
      if range.count > longest.bytes { longest = (index, range.count) }
      index += 1
    }
    guard count > 0 else { return }
    findings.add(
      rule, at: .init(key: "tokenizer.ggml.tokens"),
      "\(Numbers.counted(count, "token")) of more than \(Numbers.grouped(limit)) bytes, the longest is "
        + "\(longest.token) with \(Numbers.grouped(longest.bytes))")
  }
}

enum TokenArrayCounts: ModelRule {
  static let rule = Rule(
    "GGUF-V010", "token-array-counts", .everywhere(.error),
    demand: "There are as many scores and as many types of tokens as tokens.",
    reason: "The GGUF document demands it; llama.cpp refuses a model with fewer, and others read behind the array.",
    remedy: Remedies.convertAgain)

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard let tokens = model.tokens else { return }
    for name in ["scores", "token_type"] {
      guard let array = model.tokenizerArray(name), array.count != tokens.count else { continue }
      findings.add(
        rule, at: .init(key: "tokenizer.ggml.\(name)"),
        "\(Numbers.counted(array.count, "element")) for \(Numbers.counted(tokens.count, "token"))")
    }
  }
}

enum TokenScoreNaN: ModelRule {
  static let key = "tokenizer.ggml.scores"

  static let rule = Rule(
    "GGUF-V011", "token-score-nan", .everywhere(.error),
    demand: "No score of a token is NaN.",
    reason:
      "Tokens are sorted by their scores; with NaN among them the order, and so the text's tokens, are arbitrary.",
    remedy: Remedies.convertAgain)

  static let isThorough = true

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard let scores = model.tokenizerArray("scores"), let (count, first) = scores.notANumber else { return }
    findings.add(
      rule, at: .init(key: key),
      "\(Numbers.grouped(count)) of \(Numbers.counted(scores.count, "score")) are NaN, the first is that of token \(first)"
    )
  }
}

enum TokenTypeUnknown: ModelRule {
  static let rule = Rule(
    "GGUF-V012", "token-type-unknown", .everywhere(.warning),
    demand: "The type of a token is 1 to 6: normal, unknown, control, user defined, unused, byte.",
    reason: "Programs take such a token for a normal one, or for none.",
    remedy: Remedies.convertAgain)

  static let isThorough = true

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard let types = model.tokenizerArray("token_type") else { return }
    var found: (count: Int, token: Int, type: Int)?
    for (token, value) in types.enumerated() {
      guard let type = value.integer, !(1...6).contains(type) else { continue }
      found = ((found?.count ?? 0) + 1, found?.token ?? token, found?.type ?? type)
    }
    guard let found else { return }
    findings.add(
      rule, at: .init(key: "tokenizer.ggml.token_type"),
      "\(Numbers.counted(found.count, "type")) out of 1 to 6, the first is \(found.type), of token \(found.token)")
  }
}
