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

  /// Standard normal, as the sum of twelve uniform numbers less six: no call into the math library.
  public mutating func gaussian() -> Float {
    var sum: Float = 0
    for _ in 0..<12 { sum += Float.random(in: 0..<1, using: &self) }
    return sum - 6
  }
}
