internal import TensorCore

extension TernaryDigit {
  /// The bounds of a block with the scale `d`.
  static func boundErrors(of weights: Span<Float>, d: Float, into bounds: inout MutableSpan<Float>) {
    let bound = LargestWeightBound(weights, d: d, highestCode: 1, byWeight: false)
    for i in 0..<256 { bounds[i] = bound.bound(weights[i]) }
  }
}

extension TQ1_0Codec {
  public static func boundErrors(
    of weights: Span<Float>, in block: Span<UInt8>, into bounds: inout MutableSpan<Float>
  ) {
    TernaryDigit.boundErrors(of: weights, d: Binary16.value(block.load(UInt16.self, at: 52)), into: &bounds)
  }
}

extension TQ2_0Codec {
  public static func boundErrors(
    of weights: Span<Float>, in block: Span<UInt8>, into bounds: inout MutableSpan<Float>
  ) {
    TernaryDigit.boundErrors(of: weights, d: Binary16.value(block.load(UInt16.self, at: 64)), into: &bounds)
  }
}
