internal import TensorCore

extension Q4_KCodec {
  public static func boundErrors(
    of weights: Span<Float>, in block: Span<UInt8>, into bounds: inout MutableSpan<Float>
  ) {
    let superblock = AffineSuperblock(block)
    for sub in 0..<8 {
      let (step, shift) = superblock.stepAndShift(sub)
      let bound = StoredStepBound(step: step, shift: shift, lowestCode: 0, highestCode: 15)
      for i in (sub * 32)..<(sub * 32 + 32) { bounds[i] = bound.bound(weights[i]) }
    }
  }
}
