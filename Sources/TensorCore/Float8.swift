/// The 8-bit floats of the OCP specification ("OCP 8-bit Floating Point Specification", revision 1.0, and the scale
/// format of "OCP Microscaling Formats"), widened exactly to binary32.
public enum Float8 {
  /// E4M3 (the finite variant, "FN"): bias 7, no infinity, NaN is 0x7F and 0xFF; largest value 448.
  public static func e4m3(_ bits: UInt8) -> Float {
    if bits & 0x7F == 0x7F { return Float(bitPattern: UInt32(bits & 0x80) << 24 | 0x7FC0_0000) }
    return widen(bits, exponentBits: 4, fractionBits: 3, bias: 7)
  }

  /// E5M2: bias 15, with infinities and NaN as in binary16, whose upper byte it is.
  public static func e5m2(_ bits: UInt8) -> Float { Binary16.value(UInt16(bits) << 8) }

  /// E8M0: a power of two, 2^(bits - 127); no sign, no zero; 0xFF is NaN.
  public static func e8m0(_ bits: UInt8) -> Float {
    switch bits {
    case 0xFF: .nan
    case 0: Float(bitPattern: 0x0040_0000)  // 2^-127 is subnormal in binary32
    default: Float(bitPattern: UInt32(bits) << 23)
    }
  }

  private static func widen(_ bits: UInt8, exponentBits: Int, fractionBits: Int, bias: Int) -> Float {
    let fraction = Float(bits & UInt8((1 << fractionBits) - 1))
    let exponent = Int(bits >> UInt8(fractionBits)) & ((1 << exponentBits) - 1)
    let scale = Float(1 << fractionBits)
    let magnitude =
      exponent == 0
      ? Float(sign: .plus, exponent: 1 - bias, significand: fraction / scale)
      : Float(sign: .plus, exponent: exponent - bias, significand: 1 + fraction / scale)
    return bits & 0x80 == 0 ? magnitude : -magnitude
  }
}
