internal import TensorCore

enum TensorWithoutElements: ModelRule {
  static let rule = Rule(
    "SAFE-T005", "tensor-without-elements", .everywhere(.note),
    demand: "A tensor has elements.",
    reason: "The format allows tensors without; other formats, GGUF among them, do not have them.",
    remedy: "Nothing has to be done where the model is meant to be so.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard model.format == .safetensors else { return }
    for tensor in model.tensors where tensor.shape.elementCount == 0 {
      findings.add(rule, at: .init(file: tensor.file, tensor: tensor.name), "the shape is \(tensor.shape)")
    }
  }
}
