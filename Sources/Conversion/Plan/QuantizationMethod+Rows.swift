internal import Checkpoints
internal import Quantization
internal import TensorCore

extension QuantizationMethod {
  /// Refuses a tensor whose rows the method cannot look at as a whole: no thread has more than a chunk.
  ///
  /// - Throws: ``ConversionError/rowTooLongForMethod(tensor:method:columns:limit:)``.
  func check(_ tensor: ConversionPlan.Candidate, _ target: ElementType) throws(ConversionError) {
    guard readsRows, differs(for: target), tensor.source.elementType != target,
      tensor.shape.rowLength > ChunkList.chunkElements
    else { return }
    throw .rowTooLongForMethod(
      tensor: tensor.source.name, method: name, columns: tensor.shape.rowLength, limit: ChunkList.chunkElements)
  }

  /// Bytes that a thread takes to look at rows.
  func byteCount(for tensors: [ConversionPlan.Tensor]) -> Int {
    guard case .range(let selection) = self else { return 0 }
    let longest = tensors.lazy.filter { differs(for: $0.target) && $0.source.elementType != $0.target }
      .map(\.shape.rowLength).max()
    return longest.map(selection.byteCount) ?? 0
  }
}
