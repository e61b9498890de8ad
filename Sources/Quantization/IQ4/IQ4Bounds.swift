internal import TensorCore

extension NonLinearSearch {
  /// Beyond the values at the ends weights are cut to them, however far away they are.
  private static let gaps = TableGaps.of((0..<16).map { values[$0] }, beyond: .infinity)

  /// The bounds of 32 weights from `start` on, whose codes (``FourBitCodes``) stand in the block from `offset` on.
  ///
  /// - Parameters:
  ///   - step: What the values count in.
  ///   - rounding: How far `step` can be from the number under which the codes were chosen.
  @inline(__always)
  static func boundErrors(
    of weights: Span<Float>, from start: Int, step: Float, rounding: Float, in block: Span<UInt8>, at offset: Int,
    into bounds: inout MutableSpan<Float>
  ) {
    let bound = TableBound(
      scale: step, limit: .greatestFiniteMagnitude, tolerance: rounding * 140 + abs(step) * 0x1p-14)
    let values = values
    for i in 0..<32 {
      let code = Int(FourBitCodes.code(i, in: block, at: offset))
      bounds[start + i] = bound.bound(weights[start + i], decoded: step * values[code], gaps[code])
    }
  }
}

extension IQ4_NLCodec {
  public static func boundErrors(
    of weights: Span<Float>, in block: Span<UInt8>, into bounds: inout MutableSpan<Float>
  ) {
    let d = Binary16.value(block.load(UInt16.self, at: 0))
    NonLinearSearch.boundErrors(
      of: weights, from: 0, step: d, rounding: HalfRounding.largest(d), in: block, at: 2, into: &bounds)
  }
}

extension IQ4_XSCodec {
  public static func boundErrors(
    of weights: Span<Float>, in block: Span<UInt8>, into bounds: inout MutableSpan<Float>
  ) {
    let d = Binary16.value(block.load(UInt16.self, at: 0))
    for sub in 0..<8 {
      let level = Float(level(sub, in: block))
      NonLinearSearch.boundErrors(
        of: weights, from: sub * 32, step: d * level, rounding: HalfRounding.largest(d) * abs(level), in: block,
        at: 8 + sub * 16, into: &bounds)
    }
  }
}
