public import TensorCore

/// Why a safetensors file cannot hold what it shall.
public enum SafetensorsLayoutError: FormatViolation, Hashable {
  /// The header has metadata under this name.
  case nameReserved(String)
  case nameTwice(String)
  case typeNotInSafetensors(tensor: String, type: ElementType)
  case tooManyDimensions(tensor: String, count: Int, limit: Int)
  case tooLarge(tensor: String)
  /// Readers refuse longer ones.
  case headerTooLong(length: Int, limit: Int)
  /// Five digits number a shard.
  case tooManyShards(count: Int, limit: Int)

  public var description: String {
    switch self {
    case .nameReserved(let name):
      "a tensor gets the name \(name.quoted()), which the format keeps for itself; give it another with --rename"
    case .nameTwice(let name): "two tensors get the name \(name.quoted())"
    case .typeNotInSafetensors(let tensor, let type):
      "tensor \(tensor.quoted()): safetensors has no \(type.name)"
    case .tooManyDimensions(let tensor, let count, let limit):
      "tensor \(tensor.quoted()): \(count) dimensions, readers take \(limit) at most"
    case .tooLarge(let tensor): "tensor \(tensor.quoted()): more bytes than a file can have"
    case .headerTooLong(let length, let limit):
      "a header of \(length) bytes, readers take \(limit) at most; write several files with --max-shard-size"
    case .tooManyShards(let count, let limit):
      "\(count) files, their names number \(limit) at most; allow more with --max-shard-size"
    }
  }
}
