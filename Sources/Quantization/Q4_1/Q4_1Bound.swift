internal import TensorCore

extension Q4_1Codec {
  public static func boundErrors(
    of weights: Span<Float>, in block: Span<UInt8>, into bounds: inout MutableSpan<Float>
  ) {
    let d = Binary16.value(block.load(UInt16.self, at: 0))
    let m = Binary16.value(block.load(UInt16.self, at: 2))
    let bound = RangeBound(weights, d: d, m: m, highestCode: 15)
    for i in 0..<32 { bounds[i] = bound.bound(weights[i]) }
  }

  /// With importance, the codes are not the nearest under the scale that is stored.
  public static var boundsImportance: Bool { false }
}
