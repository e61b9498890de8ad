internal import TensorCore

extension Q5_KCodec {
  public static func boundErrors(
    of weights: Span<Float>, in block: Span<UInt8>, byImportance: Bool, into bounds: inout MutableSpan<Float>
  ) {
    AffineSuperblock(block).boundErrors(
      of: weights, highestCode: 31, reachOfScale: 38, byImportance: byImportance, into: &bounds)
  }
}
