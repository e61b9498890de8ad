internal import TensorCore

/// What edited metadata must fulfil. Only what the edit has touched is looked at: a file that was odd before stays
/// editable.
struct MetadataRules {
  let before: GGUFMetadata
  let after: GGUFMetadata
  /// The keys that were set, removed or renamed, under both names.
  let touched: Set<ExactString>
  let hasQuantizedTensors: Bool

  private static let architecture = "general.architecture"
  private static let tokens = "tokenizer.ggml.tokens"
  /// Arrays with an element for each token.
  private static let perToken = ["tokenizer.ggml.scores", "tokenizer.ggml.token_type"]

  func check() throws(MetadataEditError) {
    for entry in after.entries where isTouched(entry.key) { try checkType(entry) }
    let ofSplit = touched.lazy.map(\.string).filter { $0.hasPrefix("split.") }
    if let key = ofSplit.min() { throw .describesSplit(key) }
    try checkArchitecture()
    if hasQuantizedTensors, isTouched("general.quantization_version"), after["general.quantization_version"] == nil {
      throw .quantizationVersionMissing
    }
    try checkAlignment()
    try checkTokens()
  }

  private func isTouched(_ key: String) -> Bool { touched.contains(ExactString(key)) }

  /// A type that readers would not take is refused, unless the key has it already.
  private func checkType(_ entry: GGUFMetadata.Entry) throws(MetadataEditError) {
    let architecture = after.string(Self.architecture)
    guard let expected = KnownKeys.types(of: entry.key, architecture: architecture),
      !expected.contains(entry.value.kind), before[entry.key]?.kind != entry.value.kind
    else { return }
    throw .wrongType(key: entry.key, expected: expected, found: entry.value.kind)
  }

  private func checkArchitecture() throws(MetadataEditError) {
    guard isTouched(Self.architecture) else { return }
    guard let new = after[Self.architecture] else { throw .architectureMissing }
    guard case .string(let name) = new else {
      throw .wrongType(key: Self.architecture, expected: [.single(.string)], found: new.kind)
    }
    guard GGUFKey.isLowerSnakeCase(name), !name.utf8.contains(UInt8(ascii: ".")) else {
      throw .architectureMalformed(name)
    }
    guard let old = before.string(Self.architecture), ExactString(old) != ExactString(name) else { return }
    let left = after.entries.count { $0.key.utf8.starts(with: "\(old).".utf8) }
    if !old.isEmpty, left > 0 { throw .architectureLeavesKeys(old: old, new: name, count: left) }
  }

  private func checkAlignment() throws(MetadataEditError) {
    guard isTouched("general.alignment") else { return }
    do throws(GGUFError) {
      let alignment = try after.alignment()
      if alignment < 8 { throw .alignmentNotMultipleOf8(UInt32(alignment)) }
    } catch {
      throw .alignment(error)
    }
  }

  private func checkTokens() throws(MetadataEditError) {
    func count(_ key: String) -> Int? {
      if case .array(let array)? = after[key] { array.count } else { nil }
    }
    let tokens = count(Self.tokens)
    for key in Self.perToken where isTouched(Self.tokens) || isTouched(key) {
      guard let own = count(key) else { continue }
      guard let tokens else { throw .tokensMissing(key: key) }
      if own != tokens { throw .countsDiffer(key: key, count: own, tokens: tokens) }
    }
    guard let tokens else { return }
    for entry in after.entries where KnownKeys.isTokenID(entry.key) {
      guard isTouched(Self.tokens) || isTouched(entry.key), let id = entry.value.integer else { continue }
      if !(0..<tokens).contains(id) { throw .tokenOutOfRange(key: entry.key, id: id, tokens: tokens) }
    }
  }
}

/// The types that readers expect of keys: those of the GGUF document
/// (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md), where llama.cpp takes them.
enum KnownKeys {
  private static let strings: Set<String> = [
    "general.architecture", "general.name", "general.author", "general.version", "general.organization",
    "general.basename", "general.finetune", "general.description", "general.quantized_by", "general.size_label",
    "general.license", "general.license.name", "general.license.link", "general.url", "general.doi", "general.uuid",
    "general.repo_url", "general.type", "tokenizer.ggml.model", "tokenizer.ggml.pre", "tokenizer.chat_template",
    "tokenizer.huggingface.json",
  ]
  private static let others: [String: [GGUFValueKind]] = [
    "general.quantization_version": [.single(.uint32)],
    "general.file_type": [.single(.uint32)],
    "general.tags": [.array(of: .string)],
    "general.languages": [.array(of: .string)],
    "general.datasets": [.array(of: .string)],
    "tokenizer.ggml.tokens": [.array(of: .string)],
    "tokenizer.ggml.merges": [.array(of: .string)],
    "tokenizer.ggml.added_tokens": [.array(of: .string)],
    "tokenizer.ggml.scores": [.array(of: .float32)],
    "tokenizer.ggml.token_type": [.array(of: .int32), .array(of: .uint32)],
    "tokenizer.ggml.add_bos_token": [.single(.bool)],
    "tokenizer.ggml.add_eos_token": [.single(.bool)],
    "tokenizer.ggml.add_space_prefix": [.single(.bool)],
  ]
  /// Behind the architecture's name and a dot.
  private static let ofArchitecture: [String: [GGUFValueKind]] = [
    "context_length": [.single(.uint32)],
    "embedding_length": [.single(.uint32)],
    "block_count": [.single(.uint32)],
    "vocab_size": [.single(.uint32)],
    "rope.dimension_count": [.single(.uint32)],
    "rope.freq_base": [.single(.float32)],
    "attention.layer_norm_epsilon": [.single(.float32)],
    "attention.layer_norm_rms_epsilon": [.single(.float32)],
  ]

  /// The types that readers take for a key; nil for keys that are not known here.
  static func types(of key: String, architecture: String?) -> [GGUFValueKind]? {
    if strings.contains(key) { return [.single(.string)] }
    if isTokenID(key) { return [.single(.uint32)] }
    if let architecture, key.utf8.starts(with: "\(architecture).".utf8) {
      return ofArchitecture[String(key.dropFirst(architecture.count + 1))]
    }
    return others[key]
  }

  /// Whether a key holds the number of a token: `tokenizer.ggml.bos_token_id`.
  static func isTokenID(_ key: String) -> Bool { key.hasPrefix("tokenizer.ggml.") && key.hasSuffix("_token_id") }
}
