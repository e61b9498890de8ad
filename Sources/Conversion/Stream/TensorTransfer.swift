internal import GGUF
internal import Hessians
internal import Importance
internal import TensorCore

/// What is done with a tensor: where it is read, what it becomes, and where it is written.
struct TensorTransfer {
  let source: TensorDescription
  let target: ElementType
  /// As the output has it, with as many elements as the source.
  let shape: Shape
  /// Which of the outputs it is written to.
  let output: Int
  /// Bytes from the start of that file.
  let offset: Int
  /// What errors in its columns count for; nil where all count alike.
  let importance: ImportanceMatrix.Entry?
  /// By which errors are fed back; nil where they are not.
  var hessian: HessianFile.Entry?

  /// Whether its blocks are those of the source.
  var isCopied: Bool { source.elementType.kind == .quantized && source.elementType == target }
}

extension ConversionPlan.Tensor {
  /// Into one of the plan's files.
  var transfer: TensorTransfer {
    TensorTransfer(
      source: source, target: target, shape: shape, output: place.part, offset: place.offset, importance: importance,
      hessian: hessian)
  }
}
