internal import TensorCore

extension Q2_KCodec {
  public static func boundErrors(
    of weights: Span<Float>, in block: Span<UInt8>, into bounds: inout MutableSpan<Float>
  ) {
    let superblock = Superblock(block)
    for sub in 0..<16 {
      let (step, shift) = superblock.stepAndShift(sub)
      let bound = StoredStepBound(step: step, shift: shift, lowestCode: 0, highestCode: 3)
      for i in (sub * 16)..<(sub * 16 + 16) { bounds[i] = bound.bound(weights[i]) }
    }
  }
}
