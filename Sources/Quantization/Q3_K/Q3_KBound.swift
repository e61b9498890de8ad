internal import TensorCore

extension Q3_KCodec {
  public static func boundErrors(
    of weights: Span<Float>, in block: Span<UInt8>, into bounds: inout MutableSpan<Float>
  ) {
    let d = Binary16.value(block.load(UInt16.self, at: 108))
    var scales = SixBitScales()
    for i in 0..<12 { scales.bytes[i] = block[96 + i] }
    for sub in 0..<16 {
      let step = d * Float(Int32(scales.get(sub)) - 32)
      let bound = StoredStepBound(step: step, lowestCode: -4, highestCode: 3)
      for i in (sub * 16)..<(sub * 16 + 16) { bounds[i] = bound.bound(weights[i]) }
    }
  }
}
