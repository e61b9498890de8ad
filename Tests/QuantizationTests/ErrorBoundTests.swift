import Quantization
import TensorCore
import TestSupport
import Testing

/// How far a decoded weight may be from the original, as follows from each type's definition.
@Suite("What quantization loses")
struct ErrorBoundTests {
  /// A half-precision scale is off by at most 2^-11 of itself; the last factor is for the roundings of binary32.
  private static let half: Float = 0x1p-11
  private static let slack: Float = 1 + 1e-5

  @Test("F32 loses nothing")
  func f32() {
    let weights = WeightDistribution.heavyTails.weights(4_096, seed: 21)
    #expect(firstDifference(bits(F32Codec.weights(of: F32Codec.blocks(of: weights))), bits(weights)) == nil, "seed 21")
  }

  @Test("A float type is off by half of a unit in the last place", arguments: [(ElementType.f16, -11), (.bf16, -8)])
  func floats(type: ElementType, exponent: Int) throws {
    let relative = Float(sign: .plus, exponent: exponent, significand: 1)
    try expectErrors(of: type, seed: 22) { weights in
      weights.map { max(abs($0) * relative, 0x1p-25) }
    }
  }

  @Test("Q8_0: half a step, and the rounding of the scale times the largest code")
  func q8_0() throws {
    try expectErrors(of: .q8_0, seed: 23) { weights in
      weights.map { _ in largest(weights) / 127 * (0.5 + 127 * Self.half) }
    }
  }

  @Test(
    "Q4_0, Q5_0: half a step, a whole one for the opposite of the largest weight",
    arguments: [(ElementType.q4_0, Float(8)), (.q5_0, 16)])
  func symmetric(type: ElementType, steps: Float) throws {
    try expectErrors(of: type, seed: 24) { weights in
      let extreme = weights.max { abs($0) < abs($1) } ?? 0
      let d = extreme / -steps
      return weights.map { abs(d) * (($0 / d > steps - 0.5 ? 1 : 0.5) + steps * Self.half) }
    }
  }

  @Test(
    "Q4_1, Q5_1: half a step, and the roundings of the scale and of the offset",
    arguments: [(ElementType.q4_1, Float(15)), (.q5_1, 31)])
  func affine(type: ElementType, steps: Float) throws {
    try expectErrors(of: type, seed: 29) { weights in
      let (lowest, highest) = (weights.min() ?? 0, weights.max() ?? 0)
      let d = (highest - lowest) / steps
      return weights.map { _ in d * (0.5 + steps * Self.half) + abs(lowest) * Self.half }
    }
  }

  /// A sub-block's own step is the range over the highest code; the search and the six-bit scales at most double it.
  @Test(
    "Q4_K and Q5_K: less than a step of the range of a sub-block's weights and zero, beside the steps of its minimum",
    arguments: [(ElementType.q4_K, Float(15)), (.q5_K, 31)])
  func affineSuperblock(type: ElementType, highestCode: Float) throws {
    try expectErrors(of: type, seed: 25) { weights in
      let minimumStep = -min(0, weights.min() ?? 0) / 63
      return stride(from: 0, to: 256, by: 32).flatMap { start in
        let sub = weights[start..<(start + 32)]
        let range = max(0, sub.max() ?? 0) - min(0, sub.min() ?? 0)
        return Array(repeating: range / highestCode + minimumStep, count: 32)
      }
    }
  }

  /// Three steps a sub-block, and its scale and minimum are themselves whole numbers of few bits.
  @Test("Q2_K: a third of the range of a sub-block's weights and zero, beside the steps of its scale and its minimum")
  func q2_K() throws {
    try expectErrors(of: .q2_K, seed: 33) { weights in
      let steps = (largest(weights) + max(0, weights.max() ?? 0) - min(0, weights.min() ?? 0)) / 15
      return stride(from: 0, to: 256, by: 16).flatMap { start in
        let sub = weights[start..<(start + 16)]
        let range = max(0, sub.max() ?? 0) - min(0, sub.min() ?? 0)
        return Array(repeating: range / 3 + steps, count: 16)
      }
    }
  }

  /// A sub-block's own step is its largest weight over the lowest code; the opposite of that may be a whole step off.
  @Test(
    "Q3_K and Q6_K: a step, and half of a step of the sub-block's scale times the largest code",
    arguments: [(ElementType.q3_K, Float(3), Float(32)), (.q6_K, 31, 128)])
  func symmetricSuperblock(type: ElementType, highestCode: Float, scales: Float) throws {
    try expectErrors(of: type, seed: 34) { weights in
      stride(from: 0, to: 256, by: 16).flatMap { start in
        let step = largest(Array(weights[start..<(start + 16)])) / highestCode
        return Array(repeating: step + largest(weights) * (0.5 / scales + Self.half), count: 16)
      }
    }
  }

  @Test("Q1_0: the difference to the mean magnitude, and the rounding of that")
  func signs() throws {
    try expectErrors(of: .q1_0, seed: 32) { weights in
      let mean = weights.reduce(0) { $0 + abs($1) } / Float(weights.count)
      return weights.map { abs(abs($0) - mean) + mean * Self.half }
    }
  }

  @Test(
    "Ternary: half of the largest weight, and the rounding of the scale", arguments: [ElementType.tq1_0, .tq2_0, .q2_0])
  func ternary(_ type: ElementType) throws {
    try expectErrors(of: type, seed: 26) { weights in
      weights.map { _ in largest(weights) * (0.5 + Self.half) }
    }
  }

  /// Half of the widest gap, 24, or what the extreme weight is cut by: at most 21 of 134.
  @Test("IQ4_NL, IQ4_XS: a fifth of the largest weight of 32, beside half a step of a superblock's scales")
  func nonLinear() throws {
    try expectErrors(of: .iq4_nl, seed: 30) { weights in weights.map { _ in largest(weights) * 0.2 } }
    try expectErrors(of: .iq4_xs, seed: 30) { weights in
      stride(from: 0, to: 256, by: 32).flatMap { start in
        let own = largest(Array(weights[start..<(start + 32)]))
        return Array(repeating: own * 0.2 + largest(weights) / 60, count: 32)
      }
    }
  }

  /// Between 4 and 6 it is a fifth, what is cut to 6 a quarter; below 0.5 it is a quarter of the scale.
  @Test("MXFP4, NVFP4: a quarter of a weight, or of the scale")
  func fourBitFloats() throws {
    for (type, count) in [(ElementType.mxfp4, 32), (.nvfp4, 16)] {
      try expectErrors(of: type, seed: 31) { weights in
        weights.indices.map { index in
          let start = index / count * count
          return max(abs(weights[index]) / 4, largest(Array(weights[start..<(start + count)])) / 16)
        }
      }
    }
  }

  @Test("NF4: half of the widest gap in the table, and the rounding of the scale")
  func nf4() throws {
    let widest = zip(NF4Codec.table, NF4Codec.table.dropFirst()).map { $1 - $0 }.max() ?? 0
    #expect(widest < 0.31)
    try expectErrors(of: .nf4, seed: 27) { weights in
      weights.map { _ in largest(weights) * (widest / 2 + Self.half) }
    }
  }

  @Test(
    "The relative error of Gaussian weights stays what it is",
    arguments: [
      (ElementType.f16, 0, 0.0003), (.bf16, 0, 0.002), (.q4_0, 0.07, 0.10), (.q4_1, 0.07, 0.09), (.q5_0, 0.03, 0.05),
      (.q5_1, 0.03, 0.04), (.q8_0, 0.004, 0.006), (.q2_K, 0.27, 0.33), (.q3_K, 0.13, 0.17), (.q4_K, 0.06, 0.08),
      (.q5_K, 0.03, 0.04), (.q6_K, 0.015, 0.02), (.iq4_nl, 0.06, 0.08), (.iq4_xs, 0.06, 0.08), (.tq1_0, 0.70, 0.85),
      (.tq2_0, 0.70, 0.85), (.mxfp4, 0.1, 0.13), (.nvfp4, 0.08, 0.1), (.q1_0, 0.58, 0.62), (.q2_0, 0.65, 0.8),
      (.nf4, 0.08, 0.10),
    ])
  func relativeError(type: ElementType, above: Double, below: Double) throws {
    let codec = try #require(type.codec)
    let weights = WeightDistribution.gaussian.weights(32 * 256, seed: 28)
    let decoded = codec.weights(of: codec.blocks(of: weights))
    var (squaredError, squaredSignal) = (0.0, 0.0)
    for (weight, value) in zip(weights, decoded) {
      squaredError += (Double(value) - Double(weight)) * (Double(value) - Double(weight))
      squaredSignal += Double(weight) * Double(weight)
    }
    let relative = (squaredError / squaredSignal).squareRoot()
    #expect(relative > above && relative < below, "seed 28")
  }

  /// Compares 64 blocks of Gaussian weights of every size that has normal half-precision scales with a bound for each
  /// of a block's weights.
  private func expectErrors(of type: ElementType, seed: UInt64, bound: ([Float]) -> [Float]) throws {
    let codec = try #require(type.codec)
    let all = WeightDistribution.gaussian.weights(64 * type.blockLength, seed: seed)
    for block in 0..<64 {
      let size = Float(sign: .plus, exponent: block % 12 - 4, significand: 1)
      let weights = all[(block * type.blockLength)..<((block + 1) * type.blockLength)].map { $0 * size }
      let decoded = codec.weights(of: codec.blocks(of: weights))
      for (index, limit) in bound(weights).enumerated() {
        let error = abs(decoded[index] - weights[index])
        #expect(error <= limit * Self.slack, "seed \(seed), block \(block), weight \(index): \(weights[index])")
      }
    }
  }
}

private func largest(_ weights: [Float]) -> Float { weights.reduce(0) { max($0, abs($1)) } }
