internal import GGUF
internal import TensorCore

/// A tensor's name has characters that nobody sees.
enum TensorNameHiddenText: ModelRule {
  package static let rule = Rule(
    "GGUF-X019", "tensor-name-hidden-text", .everywhere(.warning),
    demand: "Names of tensors have no control characters and no characters that are not shown.",
    reason: "Two names look alike and are not, and a terminal obeys escape sequences.",
    remedy: "Convert the model again with other names.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    for tensor in model.tensors {
      for description in HiddenCharacters(tensor.name).descriptions {
        findings.add(rule, at: .init(file: tensor.file, tensor: tensor.name), description)
      }
    }
  }
}

/// A tensor or key is named like a file somewhere else.
enum NameIsPath: ModelRule {
  package static let rule = Rule(
    "GGUF-X020", "name-is-path", .everywhere(.warning),
    demand: "No tensor or metadata key is named like a file outside of the current folder.",
    reason: "A program that writes each tensor into a file of its name writes there (CVE-2007-4559 is such a case).",
    remedy: "Convert the model again with other names.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    for tensor in model.tensors {
      if let path = SuspiciousPath(tensor.name) {
        findings.add(rule, at: .init(file: tensor.file, tensor: tensor.name), "the name is \(path.rawValue)")
      }
    }
    for entry in model.metadata.entries {
      if let path = SuspiciousPath(entry.key) {
        findings.add(rule, at: .init(key: entry.key), "the key is \(path.rawValue)")
      }
    }
  }
}

/// Two tensors have names that people take for one.
enum ConfusableNames: ModelRule {
  package static let rule = Rule(
    "GGUF-X021", "confusable-names", .everywhere(.warning),
    demand: """
      No two tensors have names that differ only by case, by how Unicode spells a letter, or by letters of other scripts \
      that look alike.
      """,
    reason: "People and programs take one for the other; on some disks their files are the same.",
    remedy: "Convert the model again with other names.")

  package static let isThorough = true

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    var names: [String: String] = [:]
    for tensor in model.tensors {
      // Strings are compared by what they mean, not by how it is spelt.
      let skeleton = Skeleton.of(tensor.name)
      guard let other = names.updateValue(tensor.name, forKey: skeleton) else { continue }
      // Twice the very same is another rule.
      if ExactString(other) != ExactString(tensor.name) {
        findings.add(
          rule, at: .init(file: tensor.file, tensor: tensor.name), "can be taken for tensor \(other.quoted())")
      }
    }
  }
}
