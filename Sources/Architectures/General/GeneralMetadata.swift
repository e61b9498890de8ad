internal import GGUF
internal import StrictJSON
internal import SystemPackage
internal import TensorCore

/// What a model is called, what it is made of and under which terms it may be used: from its card (README.md),
/// generation_config.json, config.json, the name of its folder, and before all what the user says.
///
/// The rules are those of gguf-py (metadata.py), so that files say what those of the reference converter say.
struct GeneralMetadata {
  private(set) var entries: [GGUFMetadata.Entry] = []
  private(set) var notes: [String] = []

  /// - Parameters:
  ///   - name: What the folder is called, where its path does not say it.
  init(
    _ folder: ModelFolder, _ config: ModelConfig, name: String?, _ parameters: ParameterCount,
    _ overrides: GeneralOverrides
  ) throws(ArchitectureError) {
    let card = ModelCard(folder)
    notes += card.notes
    var generation = JSONObject()
    do throws(ArchitectureError) {
      generation = try folder.json("generation_config.json")?.object ?? generation
    } catch {
      // It is not what makes a model.
      notes.append("generation_config.json is left out: \(error)")
    }
    var found: [String: JSONValue] = [:]
    for key in GeneralKey.all {
      if let value = Self.first(of: key.card, in: card.values, joins: key.kind == .texts) { found[key.key] = value }
      if let name = key.generation.first(where: { generation[$0] != nil }) { found[key.key] = generation[name] }
    }
    // What is not said is taken from names, of which the first that says it stands.
    var identifiers: [ModelIdentifier] = []
    if let path = config.values["_name_or_path"]?.string, path.count(where: { $0 == "/" }) <= 1 {
      identifiers.append(ModelIdentifier(path, parameters: parameters.total))
    }
    let folderName = name ?? FilePath(folder.path).lastComponent?.string ?? ""
    identifiers.append(ModelIdentifier(folderName, parameters: parameters.total))
    for identifier in identifiers { Self.fill(&found, from: identifier) }
    if found["general.size_label"] == nil && parameters.total > 0 {
      found["general.size_label"] = .string(parameters.label)
    }
    for key in GeneralKey.all {
      if let value = overrides.values[key.key] { found[key.key] = value }
      add(key, found[key.key])
      // Base models and datasets stand before the tags.
      if key.key == "general.source.repo_url" {
        for (kind, list) in [("base_model", "general.base_models"), ("dataset", "general.datasets")] {
          add(kind, try Self.related(kind, card.values, parameters.total), override: overrides.values[list])
        }
      }
    }
  }

  /// The value of the first of the keys that is there; lists of all of them joined.
  private static func first(of keys: [String], in values: JSONObject, joins: Bool) -> JSONValue? {
    guard joins else {
      return keys.lazy.compactMap { values[$0] }.first { $0 != .null }
    }
    let present = keys.compactMap { values[$0] }.filter { $0 != .null }
    guard !present.isEmpty else { return nil }
    return .array(present.flatMap { value in value.array ?? [value] })
  }

  private static func fill(_ found: inout [String: JSONValue], from identifier: ModelIdentifier) {
    for (key, value) in [
      ("name", identifier.name.map(ModelIdentifier.title)), ("organization", identifier.organization),
      ("basename", identifier.basename), ("finetune", identifier.finetune), ("version", identifier.version),
      ("size_label", identifier.sizeLabel),
    ] {
      if let value, found["general.\(key)"] == nil { found["general.\(key)"] = .string(value) }
    }
  }

  /// A value that the key cannot have is left out, and it is said.
  private mutating func add(_ key: GeneralKey, _ value: JSONValue?) {
    guard let value, value != .null else { return }
    if key.kind == .texts, value.array?.isEmpty ?? false { return }
    if let value = key.value(value) {
      entries.append(.init(key: key.key, value: value))
    } else {
      notes.append("\(key.key) is left out: it would be \(value.summary), expected \(key.kind.expected)")
    }
  }

  // MARK: Base models and datasets

  private static let relatedKeys = [
    "name", "author", "version", "organization", "description", "url", "doi", "uuid", "repo_url",
  ]

  /// What the card names as what the model was made of.
  private static func related(
    _ kind: String, _ card: JSONObject, _ parameters: Int
  ) throws(ArchitectureError) -> [JSONObject]? {
    let keys =
      kind == "dataset"
      ? ["datasets", "dataset", "dataset_sources"] : ["base_model", "base_models", "base_model_sources"]
    guard let value = keys.lazy.compactMap({ card[$0] }).first else { return nil }
    let names = value.array ?? (value.string == nil ? [] : [value])
    return names.map { value in
      if let object = value.object { return object }
      return value.string.map { described($0, parameters) } ?? JSONObject()
    }
  }

  /// What the name of a model or dataset, or an address, says of it.
  private static func described(_ name: String, _ parameters: Int) -> JSONObject {
    var result = JSONObject()
    var identifier = ModelIdentifier(name, parameters: parameters)
    if ["http://", "https://", "ssh://"].contains(where: name.hasPrefix) {
      result["repo_url"] = .string(name)
      guard let path = huggingFacePath(name) else { return result }
      identifier = ModelIdentifier(path, parameters: parameters)
    } else if let organization = identifier.organization, let name = identifier.name {
      result["repo_url"] = .string("https://huggingface.co/\(organization)/\(name)")
    }
    if let name = identifier.name { result["name"] = .string(ModelIdentifier.title(name)) }
    if let organization = identifier.organization {
      result["organization"] = .string(ModelIdentifier.title(organization))
    }
    if let version = identifier.version { result["version"] = .string(version) }
    return result
  }

  /// `organization/name` of an address of that site.
  private static func huggingFacePath(_ address: String) -> String? {
    for start in ["https://huggingface.co/", "http://huggingface.co/"] where address.hasPrefix(start) {
      let path = address.dropFirst(start.count)
      let parts = path.split(separator: "/", omittingEmptySubsequences: false)
      if parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) { return String(path) }
    }
    return nil
  }

  private mutating func add(_ kind: String, _ found: [JSONObject]?, override: JSONValue?) {
    guard let list = override?.array?.compactMap(\.object) ?? found else { return }
    entries.append(.init(key: "general.\(kind).count", value: .uint32(UInt32(clamping: list.count))))
    for (index, object) in list.enumerated() {
      for key in Self.relatedKeys {
        guard let text = object[key]?.string else { continue }
        entries.append(.init(key: "general.\(kind).\(index).\(key)", value: .string(text)))
      }
    }
  }
}
