internal import TensorCore

extension Q5_0Codec {
  public static func boundErrors(
    of weights: Span<Float>, in block: Span<UInt8>, byImportance: Bool, into bounds: inout MutableSpan<Float>
  ) {
    let d = Binary16.value(block.load(UInt16.self, at: 0))
    let bound = ExtremeWeightBound(weights, d: d, levels: 16, byImportance: byImportance)
    for i in 0..<32 { bounds[i] = bound.bound(weights[i]) }
  }
}
