internal import TensorCore

extension Q8_0Codec {
  public static func boundErrors(
    of weights: Span<Float>, in block: Span<UInt8>, into bounds: inout MutableSpan<Float>
  ) {
    let d = Binary16.value(block.load(UInt16.self, at: 0))
    let bound = LargestWeightBound(weights, d: d, highestCode: 127, byWeight: true)
    for i in 0..<32 { bounds[i] = bound.bound(weights[i]) }
  }
}
