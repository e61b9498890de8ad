internal import TensorCore

// Half of the spacing of the numbers around the weight: it follows from the weight's exponent alone. formats/bounds.md.

extension F32Codec {
  public static func boundErrors(
    of weights: Span<Float>, in block: Span<UInt8>, into bounds: inout MutableSpan<Float>
  ) {
    for i in 0..<weights.count { bounds[i] = 0 }
  }
}

extension F16Codec {
  public static func boundErrors(
    of weights: Span<Float>, in block: Span<UInt8>, into bounds: inout MutableSpan<Float>
  ) {
    for i in 0..<weights.count { bounds[i] = min(.greatestFiniteMagnitude, HalfRounding.largest(weights[i])) }
  }
}

extension BF16Codec {
  public static func boundErrors(
    of weights: Span<Float>, in block: Span<UInt8>, into bounds: inout MutableSpan<Float>
  ) {
    for i in 0..<weights.count {
      let power = Float(bitPattern: weights[i].bitPattern & 0x7F80_0000)
      bounds[i] = min(.greatestFiniteMagnitude, max(power * 0x1p-8, 0x1p-134))
    }
  }
}
