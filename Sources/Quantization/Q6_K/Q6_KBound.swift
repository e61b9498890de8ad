internal import TensorCore

extension Q6_KCodec {
  public static func boundErrors(
    of weights: Span<Float>, in block: Span<UInt8>, byImportance: Bool, into bounds: inout MutableSpan<Float>
  ) {
    let d = Binary16.value(block.load(UInt16.self, at: 208))
    var hasLargest = false
    for sub in 0..<16 where block[192 + sub] == 0x80 { hasLargest = true }
    let isWritten = ScaleLevels.areWritten(unit: d, hasLargest: hasLargest)
    let levels = ScaleLevels(unit: d, largest: 128)
    for sub in 0..<16 {
      let step = d * Float(Int8(bitPattern: block[192 + sub]))
      let limit = byImportance ? .greatestFiniteMagnitude : levels.largestScale(step) * 67
      let bound =
        isWritten
        ? StoredStepBound(step: step, lowestCode: -32, highestCode: 31, limit: limit) : StoredStepBound()
      for i in (sub * 16)..<(sub * 16 + 16) { bounds[i] = bound.bound(weights[i]) }
    }
  }
}
