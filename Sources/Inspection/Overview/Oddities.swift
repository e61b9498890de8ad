internal import GGUF
internal import TensorCore

/// What is allowed and yet not as it is in sound models.
enum Oddities {
  /// Tensors that a sentence names.
  private static let namedTensors = 3

  static func of(_ file: any GGUFSource, _ model: ModelFacts, _ tokenizer: TokenizerFacts?) -> [String] {
    var found: [String] = []
    if file.parts.contains(where: { $0.byteOrder == .big }) { found.append("it is big-endian, which most programs do not read") }
    if file.parts.contains(where: { $0.version == 2 }) { found.append("GGUF version 2; programs write 3 since October 2023") }
    let architecture = model.architecture == "unknown" ? nil : model.architecture
    if model.architecture == nil {
      found.append("no general.architecture: no program knows how to run it")
    } else if architecture == nil {
      found.append("general.architecture is \"unknown\": a container of tensors, which no program runs")
    }
    let hasQuantized = file.tensors.contains { $0.elementType.kind == .quantized }
    if hasQuantized && model.quantizationVersion == nil {
      found.append("no general.quantization_version, which quantized files have")
    }
    if let architecture {
      if file.tensors.isEmpty {
        found.append("metadata of a model, and no tensor: only its vocabulary")
      } else if model.contextLength == nil {
        found.append("no \(architecture.printable).context_length")
      }
    }
    found += layers(file, model)
    found += vocabulary(file, tokenizer)
    found += fileType(file, model)
    return found
  }

  private static func layers(_ file: any GGUFSource, _ model: ModelFacts) -> [String] {
    guard let expected = model.layers, expected >= 0 else { return [] }
    let present = Set(file.tensors.lazy.filter { $0.name.hasPrefix("blk.") }.compactMap { LayerName($0.name).layer })
    guard !present.isEmpty else { return [] }
    if let beyond = present.filter({ $0 >= expected }).min() {
      return ["tensors of layer \(beyond), and the metadata counts \(Numbers.counted(expected, "layer"))"]
    }
    // Layers in a file are fewer than its tensors, whatever the metadata says.
    return present.count < expected
      ? ["tensors of \(Numbers.counted(present.count, "layer")), and the metadata counts \(Numbers.grouped(expected))"]
      : []
  }

  private static func vocabulary(_ file: any GGUFSource, _ tokenizer: TokenizerFacts?) -> [String] {
    guard let tokenizer, let count = tokenizer.vocabulary else { return [] }
    var found: [String] = []
    for key in ["scores", "token_type"] {
      if case .array(let array)? = file.metadata["tokenizer.ggml.\(key)"], array.count != count {
        found.append("\(Numbers.grouped(array.count)) tokenizer.ggml.\(key) for \(Numbers.grouped(count)) tokens")
      }
    }
    for token in tokenizer.special where token.id < 0 || token.id >= count {
      found.append("the \(token.role) token is \(token.id), and the vocabulary ends at \(count - 1)")
    }
    if let rows = file.tensors.first(where: { $0.name == "token_embd.weight" })?.shape.rowCount, rows != count {
      found.append(
        "\(Numbers.grouped(rows)) rows of embeddings for \(Numbers.grouped(count)) tokens"
          + (rows > count ? ": the rest is padding" : ""))
    }
    return found
  }

  /// A file is named for a type that most of its matrices have.
  private static func fileType(_ file: any GGUFSource, _ model: ModelFacts) -> [String] {
    guard let number = file.metadata["general.file_type"]?.integer else { return [] }
    let matrices = TypeMix(
      file.tensors.lazy.filter { $0.shape.rowCount > 1 }.map { ($0.elementType, $0.shape.elementCount, $0.byteCount) })
    guard
      let type = ElementType.allCases.first(where: { $0.traits.fileType.map(Int.init) == number }),
      !matrices.shares.isEmpty, !matrices.shares.contains(where: { $0.type == type.name })
    else { return [] }
    return ["general.file_type says \(type.name), and no matrix is of this type"]
  }

  static func of(_ tensors: [TensorDescription]) -> [String] {
    var found: [String] = []
    if tensors.isEmpty { found.append("no tensors") }
    if tensors.contains(where: { $0.elementType == .nf4 }) {
      found.append("blocks of NF4, which only this program reads")
    }
    let empty = tensors.filter { $0.shape.elementCount == 0 }
    if !empty.isEmpty { found.append("\(named(empty)) without elements") }
    return found
  }

  private static func named(_ tensors: [TensorDescription]) -> String {
    let names = tensors.prefix(namedTensors).map { $0.name.quoted() }.joined(separator: ", ")
    return "\(Numbers.counted(tensors.count, "tensor")) (\(names)\(tensors.count > namedTensors ? ", ..." : ""))"
  }
}
