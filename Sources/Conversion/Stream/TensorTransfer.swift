internal import GGUF
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
}

extension ConversionPlan.Tensor {
  /// Into the plan's one output.
  var transfer: TensorTransfer {
    TensorTransfer(source: source, target: target, shape: shape, output: 0, offset: place.offset)
  }
}
