internal import TensorCore

extension AffineSuperblock {
  /// The bounds of a superblock of Q4_K or Q5_K.
  ///
  /// - Parameter reachOfScale: How far weights can be from the minimum of a sub-block, in units of its scale.
  func boundErrors(
    of weights: Span<Float>, highestCode: Float, reachOfScale: Float, byImportance: Bool,
    into bounds: inout MutableSpan<Float>
  ) {
    let (d, dmin) = (Binary16.value(d), Binary16.value(dmin))
    var hasLargest = (scale: false, minimum: false)
    for sub in 0..<8 {
      let (step, shift) = stepAndShift(sub)
      if step == d * 63 { hasLargest.scale = true }
      if shift == dmin * 63 { hasLargest.minimum = true }
    }
    let isWritten =
      byImportance
      || ScaleLevels.areWritten(unit: d, hasLargest: hasLargest.scale)
        && ScaleLevels.areWritten(unit: dmin, hasLargest: hasLargest.minimum)
    let levels = ScaleLevels(unit: d, largest: 63)
    let ofMinimum = abs(dmin) * 0.5 + HalfRounding.largest(dmin) * 64
    for sub in 0..<8 {
      let (step, shift) = stepAndShift(sub)
      let limit =
        byImportance ? .greatestFiniteMagnitude : levels.largestScale(step) * reachOfScale + ofMinimum
      let bound =
        isWritten
        ? StoredStepBound(step: step, shift: shift, lowestCode: 0, highestCode: highestCode, limit: limit)
        : StoredStepBound()
      for i in (sub * 32)..<(sub * 32 + 32) { bounds[i] = bound.bound(weights[i]) }
    }
  }
}
