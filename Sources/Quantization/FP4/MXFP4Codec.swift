public import TensorCore

/// MXFP4 (OCP Microscaling): 32 weights, a power of two as the scale, four-bit floats. formats/mxfp4.md.
///
///     0   e    E8M0: the scale is 2^(e - 127); 255 is NaN
///     1   qs   16 bytes (``FourBitCodes``); weight = scale * E2M1 value of the code (``E2M1``)
public enum MXFP4Codec: BlockCodec {
  public static let elementType = ElementType.mxfp4
  /// Every finite weight has a scale.
  public static let largestMagnitude = Float.greatestFiniteMagnitude

  public static func encodeBlock(_ weights: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    let exponent = exponent(BlockArithmetic.absoluteMaximum(weights))
    let candidates = E2M1.weights(halfScale: halfScale(exponent))
    var codes = InlineArray<32, UInt8>(repeating: 0)
    for i in 0..<32 { codes[i] = E2M1.code(weights[i], among: candidates) }
    bytes[offset] = exponent
    FourBitCodes.store(codes, into: &bytes, at: offset + 1)
  }

  /// The scale's field: the largest magnitude's exponent less 2, that of the largest four-bit float, 6.
  ///
  /// The exponent is the integer part of a logarithm that is rounded to binary32: magnitudes a little below a power of
  /// two count as that. What has no field, below 2^-125, gets the smallest.
  static func exponent(_ magnitude: Float) -> UInt8 {
    let bits = magnitude.bitPattern
    var exponent = Int32(truncatingIfNeeded: bits >> 23) - 127
    let missing = 0x0080_0000 - Int32(truncatingIfNeeded: bits & 0x007F_FFFF)
    if missing <= Self.roundedUp(exponent + 1) { exponent += 1 }
    return UInt8(clamping: exponent - 2 + 127)
  }

  /// How many of the floats below 2^exponent have a logarithm that is nearest to `exponent`.
  ///
  /// The neighbour of `exponent` towards lower numbers is 2^(m - 23) away, and the logarithm of the n-th float below
  /// 2^exponent is n 2^-24 / ln 2 lower: n is at most 2^m ln 2. Of two that are as near there is none.
  private static func roundedUp(_ exponent: Int32) -> Int32 {
    // Above a power of two the numbers below are as far apart as those of its lower neighbour.
    switch exponent > 0 ? exponent - 1 : -exponent {
    case ..<2: 0
    case ..<4: 1
    case ..<8: 2
    case ..<16: 5
    case ..<32: 11
    case ..<64: 22
    default: 44
    }
  }

  /// Half of a scale, exactly: the smallest two are subnormal.
  static func halfScale(_ exponent: UInt8) -> Float { Float8.e8m0(exponent) * 0.5 }

  public static func decodeBlock(_ block: Span<UInt8>, into weights: inout MutableSpan<Float>, at start: Int) {
    let values = E2M1.weights(halfScale: halfScale(block[0]))
    for i in 0..<32 { weights[start + i] = values[Int(FourBitCodes.code(i, in: block, at: 1))] }
  }

  /// False for the scale NaN, and where one of the two largest scales takes a weight out of range.
  public static func isFinite(_ block: Span<UInt8>) -> Bool {
    if block[0] < 253 { return true }
    let values = E2M1.weights(halfScale: halfScale(block[0]))
    for i in 0..<32 where !values[Int(FourBitCodes.code(i, in: block, at: 1))].isFinite { return false }
    return true
  }
}
