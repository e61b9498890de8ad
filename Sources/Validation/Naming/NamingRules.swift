internal import GGUF
internal import TensorCore

/// What the names of files say.
package enum NamingRules {
  package static let all: [any ModelRule.Type] = [
    NameConvention.self, NameEncoding.self, NameSize.self, NameShard.self, NameKind.self,
  ]
}

extension ValidatedModel {
  /// The name of the first file; nil where it is no GGUF file, or not called one.
  fileprivate var modelFileName: ModelFileName? {
    guard isGGUF, let name = files.isEmpty ? nil : fileName() else { return nil }
    return ModelFileName(name.hasSuffix(".zst") ? String(name.dropLast(4)) : name)
  }
}

enum NameConvention: ModelRule {
  static let rule = Rule(
    "GGUF-N001", "name-convention", .strict(.note),
    demand: "A file is named by the convention: BaseName-SizeLabel-FineTune-Version-Encoding-Type-Shard.gguf.",
    reason: "People and programs tell from the name what is in the file; few published models follow the convention.",
    remedy: "Rename the file, for example to `Llama-7B-v1.0-Q4_K_M.gguf`.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard model.isGGUF, !model.files.isEmpty, model.modelFileName?.followsConvention != true else { return }
    let name = model.modelFileName
    let reason =
      name == nil
      ? "does not end in .gguf" : name?.version == nil ? "has no version, such as v1.0" : "has parts in another order"
    findings.add(rule, "the name \(reason): expected BaseName-SizeLabel-FineTune-Version-Encoding-Type-Shard.gguf")
  }
}

enum NameEncoding: ModelRule {
  static let rule = Rule(
    "GGUF-N002", "name-encoding", .everywhere(.warning),
    demand: "The encoding in a file's name is that of its tensors.",
    reason: "People take the file for another quantization than it is.",
    remedy: "Rename the file.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard model.isWhole, !model.tensors.isEmpty, let encoding = model.modelFileName?.encoding,
      let named = FileTypeMix.byName[encoding]
    else { return }
    let said = model.metadata["general.file_type"]?.integer.flatMap(FileTypeMix.init)
    // Mixes of the same type, Q4_K_S and Q4_K_M, are told apart by the metadata only; `Q4_K` is any of them.
    if let said, said.number != named.number, said.types != named.types {
      findings.add(rule, "the name says \(encoding), and general.file_type \(said.name)")
    } else if let said, said.number != named.number, encoding != named.types.first?.name {
      findings.add(rule, "the name says \(encoding), and general.file_type \(said.name)")
    } else if !named.isPlausible(model.tensors) {
      findings.add(
        rule,
        "the name says \(encoding), and no matrix is of type \(named.types.map(\.name).joined(separator: " or ")); "
          + "most weights are \(model.commonestMatrixType)")
    }
  }
}

enum NameSize: ModelRule {
  /// Labels are rounded, and some count embeddings while others do not.
  static let tolerance = 2.0

  static let rule = Rule(
    "GGUF-N003", "name-size", .everywhere(.warning),
    demand: "The size in a file's name is that of the model, within a factor of two.",
    reason: "People take the file for another model than it is.",
    remedy: "Rename the file, or set general.size_label with `gguf set`.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard model.isModel, model.isWhole, model.modelFileName?.sidecar == nil, let label = model.modelFileName?.sizeLabel,
      let named = SizeLabel.weights(label)
    else { return }
    if let said = model.metadata.string("general.size_label"), let weights = SizeLabel.weights(said),
      differ(named, weights)
    {
      findings.add(
        rule, at: .init(key: "general.size_label"),
        "the name says \(label), and general.size_label \(said.quoted(limit: 32))")
      return
    }
    guard model.isRunnable else { return }
    let count = model.tensors.lazy.map(\.shape.elementCount).clampedSum
    if differ(named, Double(count)) {
      findings.add(rule, "the name says \(label), and the tensors have \(Numbers.grouped(count)) weights")
    }
  }

  private static func differ(_ a: Double, _ b: Double) -> Bool { a > b * tolerance || b > a * tolerance }
}

enum NameShard: ModelRule {
  static let rule = Rule(
    "GGUF-N004", "name-shard", .everywhere(.warning),
    demand: "A file that is named as part of a model is a part.",
    reason: "Programs look for the other parts, or refuse the file.",
    remedy: "Rename the file; where it was split by cutting, put the pieces together.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard model.isGGUF, let shard = model.modelFileName?.shard else { return }
    // What parts say of each other are rules about sets of files.
    guard model.metadata["split.count"]?.integer ?? 1 <= 1, shard.count > 1 else { return }
    findings.add(
      rule, at: .init(key: "split.count"),
      "the name says part \(shard.number) of \(shard.count), and the metadata has no split.count")
  }
}

enum NameKind: ModelRule {
  static let rule = Rule(
    "GGUF-N005", "name-type", .everywhere(.warning),
    demand: "A file that is named as an adapter, a projector or a vocabulary is one.",
    reason: "People load it as what it is not.",
    remedy: "Rename the file, or set general.type with `gguf set`.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard model.isWhole, let name = model.modelFileName else { return }
    let type = model.metadata.string("general.type")
    if name.kind == "LoRA", type != "adapter" {
      findings.add(rule, at: .init(key: "general.type"), "the name says LoRA, and general.type \(shown(type))")
    }
    if name.kind == "vocab", !model.tensors.isEmpty {
      findings.add(rule, "the name says vocab, and the file has \(Numbers.counted(model.tensors.count, "tensor"))")
    }
    if name.sidecar == "mmproj", type != "mmproj", model.architecture != "clip" {
      findings.add(rule, at: .init(key: "general.type"), "the name says mmproj, and general.type \(shown(type))")
    }
  }

  private static func shown(_ type: String?) -> String { type.map { "is \($0.quoted(limit: 32))" } ?? "is not there" }
}
