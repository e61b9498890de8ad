internal import GGUF
internal import StrictJSON

/// A general key: what its value is, and where the folder of a model says it.
struct GeneralKey: Sendable {
  enum Kind: Sendable {
    case text
    case texts
    case integer
    case number

    var expected: String {
      switch self {
      case .text: "a string"
      case .texts: "a list of strings"
      case .integer: "a whole number of 32 bits"
      case .number: "a number"
      }
    }
  }

  let key: String
  let kind: Kind
  /// The keys of the model's card that say it, in this order.
  var card: [String] = []
  /// The keys of generation_config.json that say it, in this order.
  var generation: [String] = []

  /// All but those of base models and datasets, in the order in which the reference converter writes them.
  static let all: [GeneralKey] =
    sampling
    + [
      GeneralKey(key: "general.name", kind: .text, card: ["name", "model_name"]),
      GeneralKey(key: "general.author", kind: .text, card: ["author", "model_author", "model_creator"]),
      GeneralKey(key: "general.version", kind: .text, card: ["version", "model_version"]),
      GeneralKey(key: "general.organization", kind: .text, card: ["organization", "model_organization"]),
      GeneralKey(key: "general.finetune", kind: .text, card: ["finetune", "model_finetune"]),
      GeneralKey(key: "general.basename", kind: .text, card: ["basename", "model_basename", "model_type"]),
      GeneralKey(key: "general.description", kind: .text, card: ["description", "model_description"]),
      GeneralKey(key: "general.quantized_by", kind: .text),
      GeneralKey(key: "general.size_label", kind: .text, card: ["size_label", "model_size_label"]),
      GeneralKey(key: "general.license", kind: .text, card: ["license"]),
      GeneralKey(key: "general.license.name", kind: .text, card: ["license_name"]),
      GeneralKey(key: "general.license.link", kind: .text, card: ["license_link"]),
      GeneralKey(key: "general.url", kind: .text),
      GeneralKey(key: "general.doi", kind: .text),
      GeneralKey(key: "general.uuid", kind: .text),
      GeneralKey(key: "general.repo_url", kind: .text),
      GeneralKey(key: "general.source.url", kind: .text, card: ["url", "model_url"]),
      GeneralKey(key: "general.source.doi", kind: .text, card: ["doi", "model_doi"]),
      GeneralKey(key: "general.source.uuid", kind: .text, card: ["uuid", "model_uuid"]),
      GeneralKey(key: "general.source.repo_url", kind: .text, card: ["repo_url", "model_repo_url"]),
      GeneralKey(key: "general.tags", kind: .texts, card: ["tags", "pipeline_tag"]),
      GeneralKey(key: "general.languages", kind: .texts, card: ["languages", "language"]),
    ]

  private static let sampling: [GeneralKey] = [
    GeneralKey(key: "general.sampling.sequence", kind: .text, generation: ["sequence"]),
    GeneralKey(key: "general.sampling.top_k", kind: .integer, generation: ["top_k"]),
    GeneralKey(key: "general.sampling.top_p", kind: .number, generation: ["top_p"]),
    GeneralKey(key: "general.sampling.min_p", kind: .number, generation: ["min_p"]),
    GeneralKey(key: "general.sampling.xtc_probability", kind: .number, generation: ["xtc_probability"]),
    GeneralKey(key: "general.sampling.xtc_threshold", kind: .number, generation: ["xtc_threshold"]),
    GeneralKey(key: "general.sampling.temp", kind: .number, generation: ["temperature"]),
    GeneralKey(key: "general.sampling.penalty_last_n", kind: .integer, generation: ["penalty_last_n"]),
    GeneralKey(
      key: "general.sampling.penalty_repeat", kind: .number, generation: ["penalty_repeat", "repetition_penalty"]),
    GeneralKey(key: "general.sampling.mirostat", kind: .integer, generation: ["mirostat"]),
    GeneralKey(key: "general.sampling.mirostat_tau", kind: .number, generation: ["mirostat_tau"]),
    GeneralKey(key: "general.sampling.mirostat_eta", kind: .number, generation: ["mirostat_eta"]),
  ]

  /// A value as the key has it; nil for what it cannot have. Several licences are one text.
  func value(_ value: JSONValue) -> GGUFValue? {
    switch kind {
    case .text:
      if key == "general.license", let texts = Self.texts(value) { return .string(texts.joined(separator: ",")) }
      // Programs in C take a string to end at a NUL.
      return value.string.flatMap { $0.utf8.contains(0) ? nil : .string($0) }
    case .texts: return Self.texts(value).map { .array(GGUFArray($0)) }
    case .integer: return value.integer.flatMap { Int32(exactly: $0) }.map(GGUFValue.int32)
    case .number: return value.double.map { Float($0) }.flatMap { $0.isFinite ? .float32($0) : nil }
    }
  }

  static func texts(_ value: JSONValue) -> [String]? {
    guard let array = value.array else { return nil }
    let texts = array.compactMap(\.string)
    return texts.count == array.count ? texts : nil
  }
}
