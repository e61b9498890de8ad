internal import TensorCore

extension Q6_KCodec {
  public static func boundErrors(
    of weights: Span<Float>, in block: Span<UInt8>, into bounds: inout MutableSpan<Float>
  ) {
    let d = Binary16.value(block.load(UInt16.self, at: 208))
    for sub in 0..<16 {
      let step = d * Float(Int8(bitPattern: block[192 + sub]))
      let bound = StoredStepBound(step: step, lowestCode: -32, highestCode: 31)
      for i in (sub * 16)..<(sub * 16 + 16) { bounds[i] = bound.bound(weights[i]) }
    }
  }
}
