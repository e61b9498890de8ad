internal import TensorCore

extension Q2_KCodec {
  public static func boundErrors(
    of weights: Span<Float>, in block: Span<UInt8>, byImportance: Bool, into bounds: inout MutableSpan<Float>
  ) {
    let superblock = Superblock(block)
    let (d, dmin) = (Binary16.value(superblock.d), Binary16.value(superblock.dmin))
    var hasLargest = (scale: false, minimum: false)
    for sub in 0..<16 {
      let (step, shift) = superblock.stepAndShift(sub)
      if step == d * 15 { hasLargest.scale = true }
      if shift == dmin * 15 { hasLargest.minimum = true }
    }
    let isWritten =
      byImportance
      || ScaleLevels.areWritten(unit: d, hasLargest: hasLargest.scale)
        && ScaleLevels.areWritten(unit: dmin, hasLargest: hasLargest.minimum)
    // A scale can be zero in a sub-block of large weights, but not all scales and all minimums.
    let limit: Float = byImportance || d != 0 || dmin != 0 ? .greatestFiniteMagnitude : 1_300 * 0x1p-25
    for sub in 0..<16 {
      let (step, shift) = superblock.stepAndShift(sub)
      let bound =
        isWritten
        ? StoredStepBound(step: step, shift: shift, lowestCode: 0, highestCode: 3, limit: limit)
        : StoredStepBound()
      for i in (sub * 16)..<(sub * 16 + 16) { bounds[i] = bound.bound(weights[i]) }
    }
  }
}
