internal import GGUF
internal import Hessians
internal import Quantization
internal import TensorCore

extension HessianFile {
  /// The key that says that errors were fed back, with the name of the file.
  static let fileKey = "quantize.hessian.file"

  /// The entry by which errors of a tensor are fed back: nil where there is none, and where its type does not take them.
  ///
  /// - Throws: ``ConversionError/hessianSize(tensor:columns:matrices:expectedColumns:expectedMatrices:)`` where it is that of
  ///   another shape.
  func entry(
    for tensor: ConversionPlan.Candidate, _ target: ElementType
  ) throws(ConversionError) -> Entry? {
    guard target.feedbackCodec != nil, tensor.source.elementType != target, let entry = entry(tensor.name) else {
      return nil
    }
    let dimensions = tensor.shape.dimensions
    let matrices = dimensions.dropLast(2).reduce(1, *)
    guard entry.columns == tensor.shape.rowLength, entry.matrixCount == 1 || entry.matrixCount == matrices else {
      throw .hessianSize(
        tensor: tensor.name, columns: entry.columns, matrices: entry.matrixCount,
        expectedColumns: tensor.shape.rowLength, expectedMatrices: matrices)
    }
    return entry
  }

  /// What a file says of it.
  func describe(in metadata: inout GGUFMetadata, _ feedback: ErrorFeedback) {
    metadata[Self.fileKey] = .string(CalibrationText.shortened(path))
    if let dataset { metadata["quantize.hessian.dataset"] = .string(CalibrationText.shortened(dataset)) }
    metadata["quantize.hessian.entries_count"] = .uint32(UInt32(clamping: entries.count))
    metadata["quantize.hessian.damping"] = .float32(feedback.damping)
    metadata["quantize.hessian.passes"] = .uint32(UInt32(clamping: feedback.passes))
    metadata["quantize.hessian.act_order"] = .bool(feedback.ordersByActivity)
  }
}

extension ConversionPlan {
  /// Bytes that Hessians take besides the buffers of threads.
  public var hessianBytes: Int {
    let columns = tensors.lazy.compactMap { $0.hessian?.columns }.max()
    return columns.map { FeedbackBases.byteCount(columns: $0, feedback) } ?? 0
  }
}
