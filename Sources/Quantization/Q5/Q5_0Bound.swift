internal import TensorCore

extension Q5_0Codec {
  public static func boundErrors(
    of weights: Span<Float>, in block: Span<UInt8>, into bounds: inout MutableSpan<Float>
  ) {
    let bound = ExtremeWeightBound(weights, d: Binary16.value(block.load(UInt16.self, at: 0)), levels: 16)
    for i in 0..<32 { bounds[i] = bound.bound(weights[i]) }
  }

  /// With importance, the codes are not the nearest under the scale that is stored.
  public static var boundsImportance: Bool { false }
}
