/// IEEE 754 binary16 by integer arithmetic: the same bits on every processor, with or without half-precision hardware.
public enum Binary16 {
  /// The largest finite value.
  public static let greatestFinite: Float = 65504

  /// The bits of the half nearest to `value`, ties to even; overflow gives infinity.
  ///
  /// Equal to VCVTPS2PH for every input but NaN, which becomes 0x7E00 with the sign, as ggml writes it.
  @inlinable
  public static func bits(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    let sign = UInt16(truncatingIfNeeded: (bits >> 16) & 0x8000)
    let magnitude = bits & 0x7FFF_FFFF
    if magnitude > 0x7F80_0000 { return sign | 0x7E00 }
    // 65520 and above round to infinity.
    if magnitude >= 0x477F_F000 { return sign | 0x7C00 }
    if magnitude >= 0x3880_0000 {
      // Normal: move the exponent's bias from 127 to 15 and round the 13 bits that fall away.
      let rebased = magnitude - 0x3800_0000
      let rounded = rebased + 0x0FFF + ((rebased >> 13) & 1)
      return sign | UInt16(truncatingIfNeeded: rounded >> 13)
    }
    // At most half of the smallest subnormal (2^-25): zero, and the tie goes to the even code, zero as well.
    if magnitude <= 0x3300_0000 { return sign }
    // Subnormal: the significand, with its hidden bit, in units of 2^-24.
    let exponent = magnitude >> 23
    let significand = (magnitude & 0x007F_FFFF) | 0x0080_0000
    let shift = 126 - exponent
    let half = UInt32(1) << (shift - 1)
    let odd = (significand >> shift) & 1
    return sign | UInt16(truncatingIfNeeded: (significand + half - 1 + odd) >> shift)
  }

  /// The value of a half, exactly.
  @inlinable
  public static func value(_ bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10) & 0x1F
    let fraction = UInt32(bits & 0x3FF)
    switch exponent {
    case 0:
      // Zero or subnormal: fraction x 2^-24, exact in binary32.
      let magnitude = Float(fraction) * 0x1p-24
      return Float(bitPattern: magnitude.bitPattern | sign)
    case 31:
      // Infinity, or NaN made quiet with its payload kept.
      let quiet: UInt32 = fraction == 0 ? 0 : 0x0040_0000
      return Float(bitPattern: sign | 0x7F80_0000 | quiet | (fraction << 13))
    default:
      return Float(bitPattern: sign | ((exponent + 112) << 23) | (fraction << 13))
    }
  }

  /// Whether the bits are those of a finite half.
  @inlinable
  public static func isFinite(_ bits: UInt16) -> Bool { bits & 0x7C00 != 0x7C00 }
}

/// bfloat16: the upper half of a binary32.
public enum BFloat16 {
  /// The bits of the bfloat16 nearest to `value`, ties to even; subnormals are kept, NaN is made quiet.
  @inlinable
  public static func bits(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    if bits & 0x7FFF_FFFF > 0x7F80_0000 { return UInt16(truncatingIfNeeded: bits >> 16) | 0x40 }
    return UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ ((bits >> 16) & 1)) >> 16)
  }

  /// The value of a bfloat16, exactly.
  @inlinable
  public static func value(_ bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }

  /// Whether the bits are those of a finite bfloat16.
  @inlinable
  public static func isFinite(_ bits: UInt16) -> Bool { bits & 0x7F80 != 0x7F80 }
}
