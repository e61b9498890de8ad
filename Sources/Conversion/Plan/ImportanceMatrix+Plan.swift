internal import Checkpoints
internal import GGUF
internal import Importance
internal import Quantization
internal import TensorCore

extension ImportanceMatrix {
  /// The entry that a tensor is quantized by: nil where there is none, and where the type weighs nothing.
  ///
  /// - Throws: ``ConversionError/importanceSize(tensor:found:expected:)`` where it is that of another shape, even if the type
  ///   weighs nothing; llama-quantize lets that pass for the token embedding, which is then not weighed.
  func entry(
    for tensor: ConversionPlan.Candidate, _ target: ElementType, _ method: QuantizationMethod
  ) throws(ConversionError) -> Entry? {
    guard target.kind == .quantized, tensor.source.elementType != target, let entry = entry(tensor.name) else {
      return nil
    }
    let dimensions = tensor.shape.dimensions
    let expected = tensor.shape.rowLength * dimensions.dropLast(2).reduce(1, *)
    guard entry.valueCount == expected else {
      if tensor.name == "token_embd.weight" { return nil }
      throw .importanceSize(tensor: tensor.name, found: entry.valueCount, expected: expected)
    }
    guard method.weighsImportance(target) else { return nil }
    guard tensor.shape.rowLength <= ChunkList.chunkElements else {
      throw .rowTooLongForImportance(
        tensor: tensor.name, columns: tensor.shape.rowLength, limit: ChunkList.chunkElements)
    }
    return entry
  }

  /// The keys that llama-quantize writes of it.
  func describe(in metadata: inout GGUFMetadata) {
    metadata["quantize.imatrix.file"] = .string(CalibrationText.shortened(path))
    if let dataset = datasets.first {
      metadata["quantize.imatrix.dataset"] = .string(CalibrationText.shortened(dataset))
    }
    metadata["quantize.imatrix.entries_count"] = .uint32(UInt32(clamping: entries.count))
    if let chunkCount, chunkCount > 0 {
      metadata["quantize.imatrix.chunks_count"] = .uint32(UInt32(clamping: chunkCount))
    }
  }
}

/// What a file says of a calibration.
enum CalibrationText {
  /// As much of a text as llama-quantize keeps, 127 bytes, up to a whole character.
  static func shortened(_ text: String) -> String {
    var bytes = Array(text.utf8.prefix(127))
    // Up to a whole character.
    while String(validating: bytes, as: UTF8.self) == nil { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}
