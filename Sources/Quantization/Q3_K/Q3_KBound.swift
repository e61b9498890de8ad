internal import TensorCore

extension Q3_KCodec {
  public static func boundErrors(
    of weights: Span<Float>, in block: Span<UInt8>, byImportance: Bool, into bounds: inout MutableSpan<Float>
  ) {
    let d = Binary16.value(block.load(UInt16.self, at: 108))
    var scales = SixBitScales()
    for i in 0..<12 { scales.bytes[i] = block[96 + i] }
    // By importance the largest scale can be -31, too.
    var hasLargest = false
    for sub in 0..<16 where scales.get(sub) <= (byImportance ? 1 : 0) { hasLargest = true }
    let isWritten = ScaleLevels.areWritten(unit: d, hasLargest: hasLargest)
    let levels = ScaleLevels(unit: d, largest: 32)
    for sub in 0..<16 {
      let step = d * Float(Int32(scales.get(sub)) - 32)
      let limit = byImportance ? .greatestFiniteMagnitude : levels.largestScale(step) * 34
      let bound =
        isWritten
        ? StoredStepBound(step: step, lowestCode: -4, highestCode: 3, limit: limit) : StoredStepBound()
      for i in (sub * 16)..<(sub * 16 + 16) { bounds[i] = bound.bound(weights[i]) }
    }
  }
}
