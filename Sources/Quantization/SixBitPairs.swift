/// Eight scales and eight minimums of six bits in twelve bytes, as Q4_K and Q5_K have them.
///
/// Sub-blocks 0-3 have the low six bits of bytes 0-3 (scale) and 4-7 (minimum). Sub-blocks 4-7 have their low four bits
/// in bytes 8-11 (scale in the low half, minimum in the high half), and their high two bits in the high two bits of
/// bytes 0-3 (scale) and 4-7 (minimum).
struct SixBitPairs {
  var bytes = InlineArray<12, UInt8>(repeating: 0)

  func get(_ sub: Int) -> (scale: UInt8, minimum: UInt8) {
    if sub < 4 { return (bytes[sub] & 63, bytes[sub + 4] & 63) }
    return (
      bytes[sub + 4] & 0x0F | (bytes[sub - 4] >> 6) << 4,
      bytes[sub + 4] >> 4 | (bytes[sub] >> 6) << 4
    )
  }

  /// Sets a sub-block's pair; each sub-block is set once, in rising order.
  mutating func set(_ sub: Int, scale: UInt8, minimum: UInt8) {
    if sub < 4 {
      bytes[sub] = scale
      bytes[sub + 4] = minimum
    } else {
      bytes[sub + 4] = scale & 0x0F | (minimum & 0x0F) << 4
      bytes[sub - 4] |= (scale >> 4) << 6
      bytes[sub] |= (minimum >> 4) << 6
    }
  }
}
