internal import Quantization
internal import TensorCore

/// What is done to each element of a tensor on its way into the model.
enum ElementOperation: Sendable {
  /// The bits stay.
  case none
  /// To 32-bit floats, of the same values.
  case widened
  /// A constant is added, and the sum widened: in half precision to halves and in single precision to everything else, as
  /// PyTorch does after the reference converter has widened what is neither.
  case adding(Float)
  /// The nearest of -s, 0 and s, where s is the mean magnitude of the tensor's weights: the weights that BitNet computes
  /// with (https://arxiv.org/abs/2402.17764).
  case ternary(MeanMagnitude)

  /// The type of what comes out, of elements of a type.
  func result(of type: ElementType) -> ElementType {
    switch self {
    case .none: type
    case .widened, .adding: .f32
    case .ternary: type == .f16 ? .f16 : .f32
    }
  }
}

/// An operation with what it takes from the checkpoint, ready for any number of elements.
struct PreparedOperation {
  private let operation: ElementOperation
  private let source: ElementType
  private let scale: Float

  /// - Throws: ``SourceError`` where the scale cannot be read.
  init(
    _ operation: ElementOperation, of type: ElementType, in checkpoint: any TensorSource
  ) throws(SourceError) {
    self.operation = operation
    source = type
    switch operation {
    case .none, .widened, .adding: scale = 1
    case .ternary(let mean): scale = 1 / max(try mean.value(in: checkpoint), 1e-5)
    }
  }

  /// Applies the operation to whole elements.
  func apply(to bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    switch operation {
    case .none: return bytes
    case .widened, .adding, .ternary:
      let type = operation.result(of: source)
      result.reserveCapacity(bytes.count / source.blockBytes * type.blockBytes)
      for value in decoded(bytes, of: source) {
        let value = changed(value)
        if type == .f16 {
          result.append(littleEndian: Binary16.bits(value))
        } else {
          result.append(littleEndian: value.bitPattern)
        }
      }
    }
    return result
  }

  private func changed(_ value: Float) -> Float {
    switch operation {
    case .adding(let constant):
      source == .f16 ? Binary16.value(Binary16.bits(value + constant)) : value + constant
    case .ternary: min(1, max(-1, (value * scale).rounded(.toNearestOrEven))) / scale
    case .none, .widened: value
    }
  }
}

/// Elements of any type with a decoder as 32-bit floats.
func decoded(_ bytes: [UInt8], of type: ElementType) -> [Float] {
  var weights = [Float](repeating: 0, count: bytes.count / type.blockBytes * type.blockLength)
  var span = weights.mutableSpan
  type.decoder?.decode(bytes.span, into: &span)
  return weights
}
