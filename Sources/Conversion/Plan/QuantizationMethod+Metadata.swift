internal import Checkpoints
internal import GGUF
internal import Quantization
internal import TensorCore

extension QuantizationMethod {
  /// The key of a file's metadata that names the method; where it is not there, the reference's.
  static let key = "quantize.method"

  /// The method that a file says it was made by.
  init(of file: any TensorSource) {
    let value = (file as? any GGUFSource)?.metadata[Self.key]
    self = if case .string(let name)? = value { Self(rawValue: name) ?? .reference } else { .reference }
  }
}
