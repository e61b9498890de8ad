public import TensorCore

/// Why a model cannot be laid out in parts as asked.
public enum SplitLayoutError: FormatViolation, Hashable {
  case limitNotPositive
  case fewerTensorsThanParts(tensors: Int, parts: Int)
  case tooManyParts(count: Int, limit: Int)
  case tooManyTensors(count: Int, limit: Int)
  /// A file that GGUF cannot hold.
  case file(GGUFError)

  public var description: String {
    switch self {
    case .limitNotPositive: "a limit of parts is a number from 1 up"
    case .fewerTensorsThanParts(let tensors, let parts):
      "has \(Numbers.counted(tensors, "tensor")), which cannot be split into \(Numbers.grouped(parts)) parts"
    case .tooManyParts(let count, let limit):
      "would have \(Numbers.grouped(count)) parts, \(Numbers.grouped(limit)) at most; choose a higher limit"
    case .tooManyTensors(let count, let limit):
      "has \(Numbers.grouped(count)) tensors, and a split model \(Numbers.grouped(limit)) at most"
    case .file(let error): error.description
    }
  }

  /// The rule that is broken: that of the file, where it is one.
  package var violation: any FormatViolation {
    if case .file(let error) = self { error } else { self }
  }
}
