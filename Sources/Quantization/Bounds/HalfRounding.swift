/// How far a scale can be from the half that it was rounded to.
enum HalfRounding {
  /// The largest distance between a half and a number that is rounded to it: half of the spacing of the halves from
  /// |half| on, 2^-25 for zero and subnormal ones. Infinite for what is not finite.
  @inline(__always)
  static func largest(_ half: Float) -> Float {
    // The exponent alone: the power of two that is at or below the magnitude.
    let power = Float(bitPattern: half.bitPattern & 0x7F80_0000)
    return max(power * 0x1p-11, 0x1p-25)
  }
}
