internal import Kernels

/// NaN and infinities among weights.
enum NonFinite {
  static func name(_ value: Float) -> String {
    value.isNaN ? "NaN" : value < 0 ? "-infinity" : "+infinity"
  }
}

extension ConversionOptions.NonFinitePolicy {
  /// Does with weights what the user said.
  ///
  /// - Parameters:
  ///   - limit: The largest magnitude to clamp to.
  /// - Returns: How many weights were replaced, and the first of those that the policy has no value for.
  func apply(to weights: inout [Float], limit: Float, kernels: KernelSet) -> (replaced: Int, refused: Int?) {
    if self != .clamp && kernels.allFinite(weights.span) { return (0, nil) }
    var replaced = 0
    for index in 0..<weights.count {
      let value = weights[index]
      switch self {
      case .zero where !value.isFinite:
        weights[index] = 0
        replaced += 1
      case .clamp where !value.isNaN && abs(value) > limit:
        weights[index] = value < 0 ? -limit : limit
        replaced += 1
      case _ where !value.isFinite: return (replaced, index)
      default: break
      }
    }
    return (replaced, nil)
  }
}
