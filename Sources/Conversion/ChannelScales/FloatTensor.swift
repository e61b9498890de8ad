internal import Checkpoints
internal import Kernels
internal import Quantization
internal import TensorCore

/// Tensors of floats that are read in pieces of any size.
enum FloatTensor {
  /// All of a tensor, which is small; nil where its type is none of floats.
  static func read(_ tensor: TensorDescription, of source: any TensorSource) throws(SourceError) -> [Float]? {
    try read(0..<tensor.shape.elementCount, of: tensor, in: source)
  }

  /// Elements of a tensor as 32-bit floats; nil where its type is none of floats.
  static func read(
    _ elements: Range<Int>, of tensor: TensorDescription, in source: any TensorSource
  ) throws(SourceError) -> [Float]? {
    guard tensor.elementType.kind == .float, let decoder = tensor.elementType.decoder else { return nil }
    let width = tensor.elementType.blockBytes
    var bytes = [UInt8](repeating: 0, count: elements.count * width)
    var span = bytes.mutableSpan
    try source.read(tensor, from: elements.lowerBound * width, into: &span)
    if tensor.byteOrder == .big { span.reverseBytes(ofElements: width) }
    var weights = [Float](repeating: 0, count: elements.count)
    decoder.decode(bytes.span, with: .fastest, into: &weights)
    return weights
  }
}
