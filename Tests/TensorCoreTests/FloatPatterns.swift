/// Bit patterns of floats at which rounding goes wrong, where it does.
enum FloatPatterns {
  /// Fractions around every power of two: a bit alone, a tie behind an odd and an even digit, all ones above, and the
  /// neighbours of each.
  static let fractions: [UInt32] = {
    var fractions: Set<UInt32> = [0, 0x7F_FFFF]
    for bit in 0..<23 {
      let one = UInt32(1) << UInt32(bit)
      for fraction in [one, one | one << 1, one << 1 | one << 2, 0x7F_FFFF & ~(one - 1), 0x55_5555 & ~(one - 1) | one] {
        for neighbour in [fraction &- 1, fraction, fraction &+ 1] { fractions.insert(neighbour & 0x7F_FFFF) }
      }
    }
    return fractions.sorted()
  }()

  /// Each of the fractions with all 256 exponents and both signs.
  static let sweep: [UInt32] = (0..<512).flatMap { top in fractions.map { UInt32(top) << 23 | $0 } }
}
