internal import TensorCore

extension Q1_0Codec {
  public static func boundErrors(
    of weights: Span<Float>, in block: Span<UInt8>, into bounds: inout MutableSpan<Float>
  ) {
    // The mean magnitude as it is here, which is not to the last bit what the encoder adds up.
    var sums = InlineArray<16, Float>(repeating: 0)
    for i in 0..<128 { sums[i % 16] += abs(weights[i]) }
    for width in [8, 4, 2, 1] {
      for i in 0..<width { sums[i] += sums[i + width] }
    }
    let mean = sums[0] / 128
    let d = Binary16.value(block.load(UInt16.self, at: 0))
    let slack = HalfRounding.largest(d) + mean * 0x1p-15
    for i in 0..<128 { bounds[i] = min(.greatestFiniteMagnitude, abs(abs(weights[i]) - mean) + slack) }
  }
}
