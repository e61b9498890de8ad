internal import GGUF
internal import TensorCore

/// A header that is larger than what it describes.
enum HeaderProportion: ModelRule {
  private static let least = 32 << 20

  package static let rule = Rule(
    "GGUF-X015", "header-proportion", .everywhere(.warning),
    demand: "A header of more than 33,554,432 bytes is smaller than the data behind it.",
    reason: "Readers hold the header in memory several times over; one that is larger than the model is an attack.",
    remedy: "Look at what the header holds with `gguf inspect`, and convert the model again.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard model.headerBytes > least else { return }
    let data = model.tensors.lazy.map(\.byteCount).clampedSum
    guard model.headerBytes > data else { return }
    findings.add(rule, "a header of \(model.headerBytes) bytes for \(data) bytes of data")
  }
}

/// A string that is longer than any of a model.
enum StringProportion: ModelRule {
  private static let most = 4 << 20
  /// `tokenizer.huggingface.json` is a file of 10 to 20 MB.
  private static let mostOfTokenizer = 64 << 20

  package static let rule = Rule(
    "GGUF-X016", "string-size", .everywhere(.warning),
    demand: "A string of metadata has at most 4,194,304 bytes, tokenizer.huggingface.json 67,108,864.",
    reason: "No model needs one that is longer; readers keep and copy it whole.",
    remedy: "Remove the key with `gguf set FILE --remove KEY`.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    for entry in model.metadata.entries {
      guard case .string(let text) = entry.value, !ChatTemplate.isKey(entry.key) else { continue }
      let limit = entry.key == "tokenizer.huggingface.json" ? mostOfTokenizer : most
      if text.utf8.count > limit {
        findings.add(rule, at: .init(key: entry.key), "\(text.utf8.count) bytes, expected \(limit) at most")
      }
    }
  }
}

/// More tensors, keys or tokens than any model has.
enum CountProportion: ModelRule {
  private static let mostTensors = 1_000_000
  private static let mostKeys = 10_000
  private static let mostTokens = 1_000_000

  package static let rule = Rule(
    "GGUF-X017", "count", .everywhere(.warning),
    demand: "A model has at most 1,000,000 tensors, 10,000 metadata pairs and 1,000,000 tokens.",
    reason: """
      The largest models that are known have a quarter of the tensors, a thousand pairs, and 901,629 tokens; what has \
      more is made to exhaust a reader.
      """,
    remedy: "Look at what the header holds with `gguf inspect`, and convert the model again.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    func check(_ count: Int, _ limit: Int, _ what: String, key: String? = nil) {
      if count > limit { findings.add(rule, at: .init(key: key), "\(count) \(what), expected \(limit) at most") }
    }
    check(model.tensors.count, mostTensors, "tensors")
    check(model.metadata.entries.count, mostKeys, "metadata pairs")
    let tokens = "tokenizer.ggml.tokens"
    if case .array(let array)? = model.metadata[tokens] { check(array.count, mostTokens, "tokens", key: tokens) }
  }
}

/// A compressed file that unpacks to very much more than it has.
enum CompressionRatio: ModelRule {
  private static let least = 16 << 20
  private static let most = 1000

  package static let rule = Rule(
    "GGUF-X018", "compression-ratio", .everywhere(.warning),
    demand: "A compressed file unpacks to at most 1,000 times its size.",
    reason: "Weights hardly get smaller; a file of nothing but zeros fills the disk or memory of whoever unpacks it.",
    remedy: "Do not unpack the file; find out who made it.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    for (index, file) in model.files.enumerated() {
      guard let unpacked = file.unpackedSize, unpacked > least, unpacked / most > file.size else { continue }
      findings.add(rule, at: .init(file: index), "\(file.size) bytes that unpack to \(unpacked)")
    }
  }
}
