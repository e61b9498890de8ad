public import TensorCore

/// NVFP4: 64 weights, an 8-bit float as the scale of each 16, four-bit floats. formats/nvfp4.md.
///
///     0   d    4 x UE4M3: the scales of weights 0-15, 16-31, 32-47, 48-63
///     4   qs   32 bytes, 8 for each 16 weights: weight i in the low half of byte i, weight i + 8 in the high half;
///              weight = scale * E2M1 value of the code (``E2M1``)
public enum NVFP4Codec: BlockCodec {
  public static let elementType = ElementType.nvfp4
  /// The largest scale times the largest four-bit float; what is larger becomes that.
  public static let largestMagnitude: Float = 448 * 6

  public static func encodeBlock(_ weights: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    for sub in 0..<4 {
      let x = weights.extracting((sub * 16)..<(sub * 16 + 16))
      let scale = scaleBits(BlockArithmetic.absoluteMaximum(x) / 6)
      let candidates = E2M1.weights(halfScale: halfScale(scale))
      bytes[offset + sub] = scale
      for i in 0..<8 {
        let low = E2M1.code(x[i], among: candidates)
        let high = E2M1.code(x[i + 8], among: candidates)
        bytes[offset + 4 + sub * 8 + i] = low | high << 4
      }
    }
  }

  /// The E4M3 bits of a scale that is not negative.
  ///
  /// ggml's rounding, which is not E4M3's: halves go up, and what reaches 248 becomes 448, the largest.
  static func scaleBits(_ scale: Float) -> UInt8 {
    guard scale > 0 else { return 0 }
    let bits = scale.bitPattern
    let exponent = Int32(truncatingIfNeeded: bits >> 23) - 127 + 7
    // Subnormal: whole multiples of 2^-9, at most 7 of them.
    if exponent <= 0 { return UInt8(clamping: min(7, BlockArithmetic.integer(scale * 512 + 0.5))) }
    // The upper three bits of the fraction, and the fourth added; a carry goes into the exponent.
    let fraction = Int32(truncatingIfNeeded: bits >> 20 & 7) + Int32(truncatingIfNeeded: bits >> 19 & 1)
    let rounded = exponent * 8 + fraction
    return rounded < 15 * 8 ? UInt8(truncatingIfNeeded: rounded) : 0x7E
  }

  /// Half of the value of a scale's bits. As in ggml the sign is ignored, 0x7F is 0, and 0xFF is 480.
  static func halfScale(_ bits: UInt8) -> Float {
    if bits == 0x7F { return 0 }
    let fraction = Float(bits & 7)
    let exponent = Int(bits >> 3 & 0x0F)
    return exponent == 0
      ? fraction * 0x1p-10 : Float(sign: .plus, exponent: exponent - 8, significand: 1 + fraction / 8)
  }

  public static func decodeBlock(_ block: Span<UInt8>, into weights: inout MutableSpan<Float>, at start: Int) {
    for sub in 0..<4 {
      let values = E2M1.weights(halfScale: halfScale(block[sub]))
      for i in 0..<8 {
        let byte = block[4 + sub * 8 + i]
        weights[start + sub * 16 + i] = values[Int(byte & 0x0F)]
        weights[start + sub * 16 + i + 8] = values[Int(byte >> 4)]
      }
    }
  }

  /// No scale stands for an infinity or NaN.
  public static func isFinite(_ block: Span<UInt8>) -> Bool { true }
}
