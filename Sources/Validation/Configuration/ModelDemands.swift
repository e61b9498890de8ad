internal import GGUF
public import StrictYAML
internal import TensorCore

/// What configurations demand of a model beyond the rules that hold of every model. formats/validate.md.
public struct ModelDemands: Sendable, Equatable {
  /// What is demanded of a metadata value.
  public enum Value: Sendable, Equatable {
    /// The key is there, whatever its value.
    case any
    /// As text: `2`, `true`, `llama`.
    case equal(String)
    /// A regular expression is found in the value as text.
    case matching(NameRegex)
  }

  /// A metadata key that must be there.
  public struct Key: Sendable, Equatable {
    public let key: String
    public let value: Value
  }

  /// The digest that the contents of files must have.
  public struct Hash: Sendable, Equatable {
    /// Of file names.
    public let pattern: String
    /// 64 hexadecimal digits in lower case.
    public let sha256: String
    let glob: PathGlob

    init(pattern: String, sha256: String) {
      (self.pattern, self.sha256, glob) = (pattern, sha256, PathGlob(pattern))
    }
  }

  public var metadata: [Key] = []
  /// Names of element types; nil for any.
  public var types: [String]?
  /// Bytes of all files of the model on the disk.
  public var maximumSize: Int?
  /// The first whose pattern matches a file's name holds of it.
  public var hashes: [Hash] = []
  /// Bytes in front of the data, of all files.
  public var maximumHeaderBytes: Int?
  public var maximumTensors: Int?
  public var maximumMetadataKeys: Int?

  public init() {}

  /// These, and the others' where these say nothing.
  func over(_ others: ModelDemands) -> ModelDemands {
    var all = self
    all.metadata += others.metadata.filter { other in !metadata.contains { $0.key == other.key } }
    all.types = types ?? others.types
    all.maximumSize = maximumSize ?? others.maximumSize
    all.hashes += others.hashes
    all.maximumHeaderBytes = maximumHeaderBytes ?? others.maximumHeaderBytes
    all.maximumTensors = maximumTensors ?? others.maximumTensors
    all.maximumMetadataKeys = maximumMetadataKeys ?? others.maximumMetadataKeys
    return all
  }
}

extension ModelDemands {
  /// Adds what the headers of a model and the sizes of its files do not meet.
  func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    checkMetadata(model, &findings)
    if let types {
      for tensor in model.tensors where !types.contains(tensor.elementType.name) {
        findings.add(
          ConfigurationRules.type, at: .init(file: tensor.file, tensor: tensor.name, offset: tensor.offset),
          "type \(tensor.elementType.name), allowed are \(types.joined(separator: ", "))")
      }
    }
    let size = model.files.lazy.map(\.size).clampedSum
    if let maximumSize, size > maximumSize {
      findings.add(
        ConfigurationRules.size,
        "the model has \(Numbers.grouped(size)) bytes, allowed are \(Numbers.grouped(maximumSize))")
    }
    if let maximumHeaderBytes, model.headerBytes > maximumHeaderBytes {
      findings.add(
        ConfigurationRules.headerBytes,
        "the header has \(Numbers.grouped(model.headerBytes)) bytes, allowed are \(Numbers.grouped(maximumHeaderBytes))"
      )
    }
    if let maximumTensors, model.tensors.count > maximumTensors {
      findings.add(
        ConfigurationRules.tensors,
        "the model has \(Numbers.counted(model.tensors.count, "tensor")), allowed are \(Numbers.grouped(maximumTensors))"
      )
    }
    let keys = model.metadata.entries.count
    if let maximumMetadataKeys, keys > maximumMetadataKeys {
      findings.add(
        ConfigurationRules.metadataKeys,
        "the model has \(Numbers.counted(keys, "metadata key")), allowed are \(Numbers.grouped(maximumMetadataKeys))")
    }
  }

  private func checkMetadata(_ model: ValidatedModel, _ findings: inout FindingList) {
    for demand in metadata {
      let place = ValidationFinding.Place(key: demand.key)
      guard let value = model.metadata[demand.key] else {
        // What stands behind a damaged place nobody knows.
        if model.isWhole { findings.add(ConfigurationRules.key, at: place, "is not there") }
        continue
      }
      switch demand.value {
      case .any: break
      case .equal(let text):
        guard let found = value.text else {
          findings.add(ConfigurationRules.value, at: place, "expected \(text.quoted(limit: 80)), found an array")
          continue
        }
        // The number 2 is 2.0.
        let isSameNumber = Double(found).flatMap { found in Double(text).map { $0 == found } } ?? false
        if found != text && !(value.isNumber && isSameNumber) {
          findings.add(
            ConfigurationRules.value, at: place,
            "expected \(text.quoted(limit: 80)), found \(found.quoted(limit: 80))")
        }
      case .matching(let regex):
        guard let found = value.text, regex.matches(found) else {
          findings.add(
            ConfigurationRules.value, at: place,
            "expected a match of \(regex.text.quoted(limit: 80)), found "
              + (value.text.map { $0.quoted(limit: 80) } ?? "an array"))
          continue
        }
      }
    }
  }
}

extension GGUFValue {
  fileprivate var isNumber: Bool {
    switch self {
    case .string, .array, .bool: false
    default: true
    }
  }
}
