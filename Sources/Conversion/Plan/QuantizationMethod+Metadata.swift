internal import Checkpoints
internal import GGUF
internal import Quantization
internal import TensorCore

extension QuantizationMethod {
  /// The key of a file's metadata that names the method; where it is not there, the reference's.
  static let key = "quantize.method"

  /// The key of the percentile that ranges were cut to, a 32-bit float.
  static let percentileKey = "quantize.percentile"

  /// The method that a file says it was made by; with the usual percentile where it does not say another.
  init(of file: any TensorSource) {
    let metadata = (file as? any GGUFSource)?.metadata
    let value = metadata?[Self.key]
    self = if case .string(let name)? = value { Self(named: name) ?? .reference } else { .reference }
    if percentile != nil, case .float32(let value)? = metadata?[Self.percentileKey],
      let percentile = Percentile(value)
    {
      self = .range(.percentile(percentile))
    }
  }

  /// Says it in the metadata of a file whose tensors it has quantized.
  func describe(in metadata: inout GGUFMetadata) {
    metadata[Self.key] = self == .reference ? nil : .string(name)
    metadata[Self.percentileKey] = percentile.map { .float32($0.value) }
  }
}
