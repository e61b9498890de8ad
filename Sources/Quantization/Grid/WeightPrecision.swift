public import TensorCore

/// The float type in which a checkpoint stores weights: what decoded weights were rounded to.
public enum WeightPrecision: Sendable, Hashable, CaseIterable {
  case f32
  case f16
  case bf16

  /// nil for other types.
  public init?(_ type: ElementType) {
    switch type {
    case .f32: self = .f32
    case .f16: self = .f16
    case .bf16: self = .bf16
    default: return nil
    }
  }

  /// A weight as it is read again after it was stored: rounded to nearest, ties to even.
  @inlinable
  public func stored(_ weight: Float) -> Float {
    switch self {
    case .f32: weight
    case .f16: Binary16.value(Binary16.bits(weight))
    case .bf16: BFloat16.value(BFloat16.bits(weight))
    }
  }
}
