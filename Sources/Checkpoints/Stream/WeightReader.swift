package import Kernels
internal import Quantization
package import TensorCore

/// Reads stretches of a checkpoint's tensors into buffers that are used again and again.
package struct WeightReader: Sendable {
  package let source: any TensorSource
  package let kernels: KernelSet

  package init(source: any TensorSource, kernels: KernelSet) {
    self.source = source
    self.kernels = kernels
  }

  /// Fills `weights` with elements of a tensor, decoded to 32-bit floats.
  ///
  /// - Parameters:
  ///   - chunk: Whole blocks of the tensor's type.
  ///   - bytes: Holds them as the file has them meanwhile; not used for little-endian F32.
  /// - Returns: Whether the type can be decoded.
  package func readWeights(
    _ tensor: TensorDescription, _ chunk: ChunkList.Chunk, bytes: inout [UInt8], into weights: inout [Float]
  ) throws(SourceError) -> Bool {
    weights.resize(to: chunk.elements.count)
    if tensor.elementType == .f32 && tensor.byteOrder == .little {
      // The bytes are the weights.
      try weights.withBytes { (bytes) throws(SourceError) in
        try source.read(tensor, from: chunk.bytes(of: .f32).lowerBound, into: &bytes)
      }
      return true
    }
    guard let decoder = tensor.elementType.decoder else { return false }
    try readBytes(tensor, chunk, into: &bytes)
    decoder.decode(bytes.span, with: kernels, into: &weights)
    return true
  }

  /// Fills `bytes` with elements of a tensor, little-endian.
  package func readBytes(
    _ tensor: TensorDescription, _ chunk: ChunkList.Chunk, into bytes: inout [UInt8]
  ) throws(SourceError) {
    let range = chunk.bytes(of: tensor.elementType)
    bytes.resize(to: range.count)
    var span = bytes.mutableSpan
    try source.read(tensor, from: range.lowerBound, into: &span)
    if tensor.byteOrder == .big { span.reverseBytes(ofElements: tensor.elementType.blockBytes) }
  }
}
