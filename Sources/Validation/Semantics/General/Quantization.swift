internal import GGUF
internal import TensorCore

enum QuantizationVersionMissing: ModelRule {
  static let rule = Rule(
    "GGUF-Q001", "quantization-version-missing", .spec(.error, llamaCpp: .note),
    demand: "A file with quantized tensors has general.quantization_version.",
    reason: "The GGUF document requires it: a reader cannot tell which layout of blocks the file has.",
    remedy: "Set it: `gguf set FILE --set general.quantization_version=u32:2`.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard model.isGGUF, model.isWhole, model.metadata["general.quantization_version"] == nil else { return }
    let quantized = model.tensors.lazy.filter { $0.elementType.kind == .quantized }
    guard let first = quantized.first else { return }
    findings.add(
      rule, at: .init(key: "general.quantization_version"),
      "\(Numbers.counted(quantized.count, "quantized tensor")), \(first.name.quoted(limit: 64)) the first, and no "
        + "general.quantization_version")
  }
}

enum QuantizationVersionOther: ModelRule {
  /// `GGML_QNT_VERSION` of ggml.h, since May 2023.
  static let current = 2

  static let rule = Rule(
    "GGUF-Q002", "quantization-version-other", .everywhere(.warning),
    demand: "general.quantization_version is 2.",
    reason: "Blocks of other versions have another layout, or the number is wrong; programs read all as version 2.",
    remedy: Remedies.convertAgain)

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard model.isGGUF, let version = model.metadata["general.quantization_version"]?.integer, version != current,
      model.tensors.contains(where: { $0.elementType.kind == .quantized })
    else { return }
    findings.add(
      rule, at: .init(key: "general.quantization_version"), "is \(version), expected 2")
  }
}

enum FileTypeUnknown: ModelRule {
  static let rule = Rule(
    "GGUF-Q003", "file-type-unknown", .everywhere(.warning),
    demand: "general.file_type is one of the numbers that the GGUF document or llama.cpp give a meaning.",
    reason: "Programs show the number as the name of the quantization, and say that the model may not work.",
    remedy: Remedies.set)

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard model.isGGUF, let number = model.metadata["general.file_type"]?.integer, FileTypeMix(number) == nil else {
      return
    }
    findings.add(rule, at: .init(key: "general.file_type"), "is \(number), which has no meaning")
  }
}

enum FileTypeDisagrees: ModelRule {
  static let rule = Rule(
    "GGUF-Q004", "file-type-disagrees", .everywhere(.warning),
    demand: "general.file_type is the mix of types that the tensors have.",
    reason: "Programs show it as the name of the quantization: people take the model for another one.",
    remedy: Remedies.set)

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard model.isGGUF, model.isWhole, let number = model.metadata["general.file_type"]?.integer,
      let mix = FileTypeMix(number), !mix.isPlausible(model.tensors)
    else { return }
    findings.add(
      rule, at: .init(key: "general.file_type"),
      "is \(number), \(mix.name), and no matrix is of type "
        + mix.types.map(\.name).joined(separator: " or ") + "; most weights are \(model.commonestMatrixType)")
  }
}

extension ValidatedModel {
  /// The type that most weights of matrices have.
  var commonestMatrixType: String {
    var weights: [ElementType: [Int]] = [:]
    for tensor in tensors where tensor.shape.rowCount > 1 {
      weights[tensor.elementType, default: []].append(tensor.shape.elementCount)
    }
    let sums = weights.map { (type: $0.key.name, count: $0.value.clampedSum) }
    // Names decide between equal counts, so that the same file gives the same sentence.
    return sums.max { ($0.count, $1.type) < ($1.count, $0.type) }?.type ?? "none"
  }
}
