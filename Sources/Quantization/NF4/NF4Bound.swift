internal import TensorCore

extension NF4Codec {
  /// No weight is beyond the values at the ends.
  private static let gaps = TableGaps.of(table, beyond: 0)

  public static func boundErrors(
    of weights: Span<Float>, in block: Span<UInt8>, into bounds: inout MutableSpan<Float>
  ) {
    let absmax = Binary16.value(block.load(UInt16.self, at: 0))
    let rounding = HalfRounding.largest(absmax)
    let largest = BlockArithmetic.absoluteMaximum(weights)
    // The weight of the largest magnitude is moved by the rounding of the scale alone. Without a scale all are that near.
    let ofLargest =
      absmax.magnitude < .infinity ? rounding * (1 + 0x1p-20) + absmax.magnitude * 0x1p-22 : 0
    let bound = TableBound(
      scale: absmax, limit: absmax == 0 ? 0 : .greatestFiniteMagnitude,
      tolerance: rounding * 1.25 + absmax.magnitude * 0x1p-21)
    for i in 0..<64 {
      let code = Int(i % 2 == 0 ? block[2 + i / 2] >> 4 : block[2 + i / 2] & 0x0F)
      bounds[i] =
        abs(weights[i]) == largest
        ? ofLargest : bound.bound(weights[i], decoded: table[code] * absmax, gaps[code])
    }
  }
}
