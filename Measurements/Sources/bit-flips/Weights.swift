/// Seeded weights.
enum Weights: String, CaseIterable {
  case gaussian = "Gaussian"
  /// Student's t with three degrees of freedom.
  case heavyTails = "Student-t"

  /// The same weights for the same seed; as large as those of models are, 0.02 times a standard normal number.
  func weights(_ count: Int, seed: UInt64) -> [Float] {
    var generator = Generator(state: seed)
    return (0..<count).map { _ in
      let normal = generator.normal() * 0.02
      if self == .gaussian { return normal }
      var squares: Float = 0
      for _ in 0..<3 {
        let other = generator.normal()
        squares += other * other
      }
      return normal / max((squares / 3).squareRoot(), 1e-3)
    }
  }
}

/// SplitMix64: the same numbers for the same seed, on every platform.
private struct Generator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// The sum of twelve uniform numbers less six: no call into the math library.
  mutating func normal() -> Float {
    var sum: Float = 0
    for _ in 0..<12 { sum += Float(next() >> 40) * 0x1p-24 }
    return sum - 6
  }
}
