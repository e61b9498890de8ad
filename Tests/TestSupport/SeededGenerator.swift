/// SplitMix64: the same numbers for the same seed, on every platform.
public struct SeededGenerator: RandomNumberGenerator {
  public let seed: UInt64
  private var state: UInt64

  public init(seed: UInt64) {
    self.seed = seed
    state = seed
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A multiple of 2^-24 in 0..<1: what `Float.random(in: 0..<1)` makes of the same bits, without generic code, which
  /// takes a hundred times as long where it is not optimized.
  private mutating func uniform() -> Float { Float(Int(truncatingIfNeeded: next() & 0xFF_FFFF)) * 0x1p-24 }

  /// Standard normal, as the sum of twelve uniform numbers less six: no call into the math library.
  public mutating func gaussian() -> Float {
    var sum: Float = 0
    for _ in 0..<12 { sum += uniform() }
    return sum - 6
  }
}
