internal import TensorCore

extension Q4_KCodec {
  public static func boundErrors(
    of weights: Span<Float>, in block: Span<UInt8>, byImportance: Bool, into bounds: inout MutableSpan<Float>
  ) {
    AffineSuperblock(block).boundErrors(
      of: weights, highestCode: 15, reachOfScale: 25, byImportance: byImportance, into: &bounds)
  }
}
