internal import TensorCore

extension Q2_0Codec {
  public static func boundErrors(
    of weights: Span<Float>, in block: Span<UInt8>, into bounds: inout MutableSpan<Float>
  ) {
    let d = Binary16.value(block.load(UInt16.self, at: 0))
    let bound = LargestWeightBound(weights, d: d, highestCode: 1, byWeight: false)
    for i in 0..<64 { bounds[i] = bound.bound(weights[i]) }
  }
}
