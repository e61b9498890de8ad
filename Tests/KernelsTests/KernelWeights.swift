import TestSupport

/// Weights at which a kernel could part from the scalar code: where rounding, the order of operations, overflow, or the
/// first of several equal weights decides. All are finite.
enum KernelWeights: String, CaseIterable, Sendable {
  case gaussian, gaussianTiny, gaussianHuge, gaussianOfAllScales
  case constants, allZero, negativeZeros, signedZeros
  case oneOutlier, ramps, alternatingSigns, alternatingConstant
  case subnormals, halfSubnormals, aroundReciprocalOverflow
  case powersOfTwo, nearLargest, beyondEveryRange
  case ties, tiesOfHalves, equalMagnitudes, fewValues

  /// The same weights for the same seed.
  func weights(_ count: Int, seed: UInt64) -> [Float] {
    var random = SeededGenerator(seed: seed)
    var weights: [Float] = []
    weights.reserveCapacity(count + 32)
    // 32 at a time: a short block or a sub-block.
    while weights.count < count { weights += block(&random, number: weights.count / 32) }
    return Array(weights.prefix(count))
  }

  private func block(_ random: inout SeededGenerator, number: Int) -> [Float] {
    switch self {
    case .gaussian: return gaussian(&random, 0.02)
    case .gaussianTiny: return gaussian(&random, 0x1p-30)
    case .gaussianHuge: return gaussian(&random, 0x1p14)
    case .gaussianOfAllScales: return gaussian(&random, power(Int.random(in: -120...120, using: &random)))
    case .constants:
      let value = random.gaussian() * power(Int.random(in: -20...10, using: &random))
      return Array(repeating: value, count: 32)
    case .allZero: return Array(repeating: 0, count: 32)
    case .negativeZeros: return Array(repeating: -0.0, count: 32)
    case .signedZeros: return make { _ in random.next() & 1 == 0 ? 0 : -0.0 }
    case .oneOutlier:
      var weights = gaussian(&random, 0.01)
      // Only in some sub-blocks: the others' scales become zero beside it.
      if number % 3 == 0 { weights[Int.random(in: 0..<32, using: &random)] = random.pick([-40, 40, 1e6, -1e6]) }
      return weights
    case .ramps:
      let (start, step) = (random.gaussian(), random.gaussian() / 16)
      return make { start + Float($0) * step }
    case .alternatingSigns: return make { ($0 % 2 == 0 ? 1 : -1) * abs(random.gaussian()) }
    case .alternatingConstant:
      let value = random.gaussian()
      return make { $0 % 2 == number % 2 ? value : -value }
    case .subnormals: return make { _ in signed(&random, Float(bitPattern: UInt32(random.next() & 0x007F_FFFF))) }
    case .halfSubnormals: return make { _ in Float(Int.random(in: -1023...1023, using: &random)) * 0x1p-24 }
    case .aroundReciprocalOverflow:
      // Largest magnitudes between 2^-132 and 2^-117.
      return gaussian(&random, power(Int.random(in: -132 ... -117, using: &random)))
    case .powersOfTwo: return make { _ in signed(&random, power(Int.random(in: -30...30, using: &random))) }
    case .nearLargest: return make { _ in signed(&random, Float.random(in: 0.9e38...3.4e38, using: &random)) }
    case .beyondEveryRange:
      let largest = random.pick([Float.greatestFiniteMagnitude, 1e38, 1e30, 1e20, 1e10, 1e8])
      return make { _ in random.pick([largest, -largest, 0, 1, largest / 8 * random.gaussian()]) }
    case .ties:
      // The largest magnitude makes the step 1, for some type or other, and the rest are whole or half steps.
      let anchor = random.pick([Float(127), -128, -8, 8, 7, -7, 15, 16, -16, 31, -32, 63, 1, -1, 6, 12, 4, 3])
      let place = Int.random(in: 0..<32, using: &random)
      return make { index in
        if index == place { return anchor }
        let halves = Int.random(in: Int(-2 * abs(anchor))...Int(2 * abs(anchor)), using: &random)
        return Float(halves) / 2
      }
    case .tiesOfHalves:
      // Halfway between two neighbours in BF16 or F16, or one binary32 beside that.
      return make { index in
        let bits = random.gaussian().bitPattern
        let halfway = index % 2 == 0 ? bits & 0xFFFF_0000 | 0x8000 : bits & 0xFFFF_E000 | 0x1000
        return Float(bitPattern: halfway &+ UInt32.random(in: 0...2, using: &random) &- 1)
      }
    case .equalMagnitudes:
      // Which of several largest is the first decides on the scale's sign.
      let largest = abs(random.gaussian()) + 1
      return make { _ in random.next() % 4 == 0 ? signed(&random, largest) : random.gaussian() / 8 }
    case .fewValues:
      let values = [random.gaussian(), random.gaussian(), 0]
      return make { _ in random.pick(values) }
    }
  }

  private func gaussian(_ random: inout SeededGenerator, _ scale: Float) -> [Float] {
    make { _ in max(-3e38, min(3e38, random.gaussian() * scale)) }
  }
}

/// What an error of a column counts for.
enum Importances: String, CaseIterable, Sendable {
  case ones, lognormal, withZeros, mostlyZeros, allZero, tiny, huge, subnormal, ofAllScales, oneColumn

  /// Finite and not negative; the same for the same seed.
  func factors(_ count: Int, seed: UInt64) -> [Float] {
    var random = SeededGenerator(seed: seed)
    // A power of two of a normal exponent: as good as lognormal, without the math library.
    func lognormal() -> Float { power(Int(random.gaussian() * 4)) * Float.random(in: 1..<2, using: &random) }
    return (0..<count).map { index in
      switch self {
      case .ones: 1
      case .lognormal: lognormal()
      case .withZeros: random.next() % 4 == 0 ? 0 : lognormal()
      case .mostlyZeros: random.next() % 32 == 0 ? lognormal() : 0
      case .allZero: 0
      case .tiny: lognormal() * 0x1p-100
      case .huge: lognormal() * 0x1p100
      case .subnormal: Float(bitPattern: UInt32(random.next() & 0x007F_FFFF))
      case .ofAllScales: power(Int.random(in: -126...127, using: &random))
      case .oneColumn: index == count / 3 ? 1 : 0
      }
    }
  }
}

private func make(_ weight: (Int) -> Float) -> [Float] { (0..<32).map(weight) }
private func power(_ exponent: Int) -> Float { Float(sign: .plus, exponent: exponent, significand: 1) }
private func signed(_ random: inout SeededGenerator, _ value: Float) -> Float {
  random.next() & 1 == 0 ? value : -value
}
