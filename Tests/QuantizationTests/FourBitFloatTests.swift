import Foundation
import Quantization
import TensorCore
import Testing

/// MXFP4 and NVFP4: every scale, every code, and how scales are rounded.
@Suite("Four-bit floats")
struct FourBitFloatTests {
  private static let values: [Double] = [0, 0.5, 1, 1.5, 2, 3, 4, 6]

  /// What a code stands for under a scale; a negative zero of the code 8 is a positive one.
  private func expected(_ code: Int, _ scale: Double) -> Float {
    code == 8 ? 0 : Float(Self.values[code % 8] * scale * (code < 8 ? 1 : -1))
  }

  /// A block in which each code stands twice, in the low halves and in the high ones.
  private let allCodes = (0..<16).map { UInt8($0 | (15 - $0) << 4) }

  @Test("MXFP4: what every code stands for under every scale, and which blocks are finite")
  func mxfp4() {
    for exponent in 0..<255 {
      let weights = MXFP4Codec.weights(of: [UInt8(exponent)] + allCodes)
      let scale = Double(sign: .plus, exponent: exponent - 127, significand: 1)
      for code in 0..<16 {
        #expect(weights[code].bitPattern == expected(code, scale).bitPattern, "exponent \(exponent), code \(code)")
        #expect(weights[31 - code].bitPattern == weights[code].bitPattern)
        let block = [UInt8(exponent)] + Array(repeating: UInt8(code), count: 16)
        #expect(MXFP4Codec.isFinite(block) == expected(code, scale).isFinite, "exponent \(exponent), code \(code)")
      }
    }
    #expect(MXFP4Codec.weights(of: [255] + allCodes).allSatisfy { $0.isNaN })
    #expect(!MXFP4Codec.isFinite([255] + Array(repeating: 0, count: 16)))
    let exponents: [UInt8] = [0, 252, 254, 255, 7]
    let blocks = exponents.flatMap { exponent -> [UInt8] in [exponent] + Array(repeating: 0, count: 16) }
    #expect(MXFP4Codec.firstNonFiniteBlock(in: blocks) == 3)
  }

  @Test("MXFP4: the exponent is that of a logarithm rounded to binary32", arguments: -125...128)
  func logarithm(power: Int) {
    // Sixty floats on either side of a power of two; of 2^128 those below.
    for distance in -60..<(power == 128 ? 0 : 60) {
      let bits = Int((power + 127) << 23) + distance
      let weight = Float(bitPattern: UInt32(bits))
      let exponent = Int(Float(log2(Double(weight))).rounded(.down))
      let block = MXFP4Codec.blocks(of: [-weight] + Array(repeating: 0, count: 31))
      #expect(Int(block[0]) == max(0, exponent + 125), "\(weight)")
      #expect(MXFP4Codec.isFinite(block))
    }
  }

  @Test("MXFP4: what has no scale gets the smallest")
  func smallestScale() {
    for weight in [Float.leastNonzeroMagnitude, 0x1p-140, 0x1p-126, 0x1.8p-126] {
      let block = MXFP4Codec.blocks(of: [weight] + Array(repeating: 0, count: 31))
      #expect(block[0] == 0)
      #expect(abs(MXFP4Codec.weights(of: block)[0] - weight) <= 0x1p-129)
    }
  }

  @Test("NVFP4: what every code stands for under every scale; all of it is finite")
  func nvfp4() {
    for byte in UInt8.min...UInt8.max {
      let weights = NVFP4Codec.weights(of: [byte, byte, byte, byte] + allCodes + allCodes)
      // E4M3 without its sign, but for its NaN.
      let scale =
        byte == 0x7F ? 0 : byte == 0xFF ? 480 : Double(Float8.e4m3(byte & 0x7F))
      for (index, code) in (0..<8).enumerated() {
        #expect(weights[index].bitPattern == expected(code, scale).bitPattern, "byte \(byte), code \(code)")
        #expect(weights[index + 8].bitPattern == expected(15 - code, scale).bitPattern, "byte \(byte)")
        #expect(weights[index + 16].bitPattern == expected(code + 8, scale).bitPattern, "byte \(byte)")
      }
      #expect(NVFP4Codec.isFinite([byte, byte, byte, byte] + allCodes + allCodes))
    }
  }

  private static let scales: [(Float, UInt8)] = [
    (0, 0), (0x1.fep-11, 0), (0x1p-10, 1), (0x1p-9, 1), (0x1.8p-9, 2), (7.4 / 512, 7), (0x1.ffp-7, 7), (0x1p-6, 8),
    (1, 0x38), (1.0624, 0x38), (1.0625, 0x39), (1.1875, 0x3A), (1.9374, 0x3F), (1.9375, 0x40), (240, 0x77),
    (247.9, 0x77), (248, 0x7E), (256, 0x7E), (300, 0x7E), (448, 0x7E), (1e30, 0x7E),
  ]

  @Test("NVFP4: a scale is rounded with halves up, and is 448 from 248 on", arguments: scales)
  func scale(scale: Float, byte: UInt8) {
    // 6 times the scale is exact, and so is the division that finds it again, but for the decimals.
    for sub in 0..<4 {
      var weights = [Float](repeating: 0, count: 64)
      weights[sub * 16 + 11] = scale * 6
      let block = NVFP4Codec.blocks(of: weights)
      #expect((0..<4).map { block[$0] } == (0..<4).map { $0 == sub ? byte : 0 })
    }
  }

  @Test("NVFP4: larger weights than the largest become that, and 0 where F32 does not tell the values apart any more")
  func cut() {
    let weights: [Float] = [5_000, -0x1p36, 2_688, 2_000] + Array(repeating: 0, count: 60)
    #expect(NVFP4Codec.weights(of: NVFP4Codec.blocks(of: weights)).prefix(4) == [2_688, -2_688, 2_688, 1_792])
    #expect(NVFP4Codec.largestMagnitude == 2_688)
    let lost: [Float] = [0x1.000002p36, -1e30] + Array(repeating: 0, count: 62)
    #expect(NVFP4Codec.weights(of: NVFP4Codec.blocks(of: lost)).allSatisfy { $0 == 0 })
  }
}
