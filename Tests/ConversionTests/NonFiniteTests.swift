import Conversion
import MemoryCheckpoints
import TensorCore
import TestSupport
import Testing

/// NaN, infinities, and weights that a type does not hold.
@Suite("What is not finite or out of range")
struct NonFiniteTests {
  private func error(
    _ source: any TensorSource, _ type: ElementType, _ policy: ConversionOptions.NonFinitePolicy = .error,
    threads: Int = 2
  ) -> ConversionError? {
    var options = ConversionOptions(type: type)
    options.nonFinite = policy
    return refusal { _ = try convert(source, options, threads: threads) } as? ConversionError
  }

  @Test(
    "It is named with its tensor, row and column",
    arguments: [(Float.nan, "NaN"), (.infinity, "+infinity"), (-.infinity, "-infinity")],
    encodedTypes)
  func named(value: (weight: Float, name: String), type: ElementType) {
    var weights = WeightDistribution.gaussian.weights(3 * 5 * 256, seed: 101)
    weights[(2 * 5 + 3) * 256 + 17] = value.weight
    weights[(2 * 5 + 3) * 256 + 18] = .nan
    // Rows are counted through all outer dimensions.
    #expect(
      error(MemorySource("a.b", [3, 5, 256], weights: weights), type)
        == .notFinite(tensor: "a.b", value: value.name, row: 13, column: 17), "seed 101")
  }

  @Test(
    "It is found in sources of every type", arguments: [ElementType.f16, .bf16, .f64, .f8_E4M3, .f8_E5M2, .f8_E8M0])
  func sources(_ type: ElementType) {
    var bytes = payload(of: Array(repeating: 1, count: 64), as: type)
    // All ones is a NaN in each of them.
    for i in 0..<type.blockBytes { bytes[40 * type.blockBytes + i] = 0xFF }
    #expect(
      error(MemorySource("w", type, [2, 32], payload: bytes), .q8_0)
        == .notFinite(tensor: "w", value: "NaN", row: 1, column: 8))
  }

  @Test("An F64 beyond the range of F32 is an infinity")
  func double() {
    var bytes = payload(of: Array(repeating: 1, count: 32), as: .f64)
    bytes.replaceSubrange((8 * 8)..<(9 * 8), with: [0x9C, 0x75, 0x00, 0x88, 0x3C, 0xE4, 0x37, 0xFE])
    #expect(
      error(MemorySource("w", .f64, [1, 32], payload: bytes), .f32)
        == .notFinite(tensor: "w", value: "-infinity", row: 0, column: 8))
  }

  @Test("It is found in the second chunk", arguments: [1, 3])
  func secondChunk(threads: Int) {
    var bytes = [UInt8](repeating: 0, count: 2 * 1_026 * 256)
    bytes[2 * (1_025 * 256 + 9) + 1] = 0x7C
    let source = MemorySource("w", .f16, [1_026, 256], payload: bytes)
    #expect(
      error(source, .f16, threads: threads) == .notFinite(tensor: "w", value: "+infinity", row: 1_025, column: 9))
  }

  @Test("So is a finite weight that is out of range")
  func outOfRangeInSecondChunk() {
    var bytes = [UInt8](repeating: 0, count: 2 * 1_026 * 256)
    // 2^127 in bfloat16.
    bytes[2 * (1_025 * 256 + 9) + 1] = 0x7F
    #expect(
      error(MemorySource("w", .bf16, [1_026, 256], payload: bytes), .f16)
        == .outOfRange(tensor: "w", type: .f16, row: 1_025, columns: 9..<10, magnitude: 0x1p127))
  }

  @Test(
    "A weight whose scale would overflow is named with its block",
    arguments: [
      (ElementType.q4_0, Float(-6e5), 32), (.q4_1, -7e4, 32), (.q5_0, 1.1e6, 32), (.q5_1, 3e6, 32), (.q8_0, 1e7, 32),
      (.q2_K, -1e6, 256), (.q3_K, 9e6, 256), (.q4_K, -5e6, 256), (.q5_K, -5e6, 256), (.q6_K, 1e18, 256),
      (.iq4_nl, 8e6, 32), (.iq4_xs, -1e30, 256), (.tq1_0, 7e4, 256), (.tq2_0, -7e4, 256), (.q1_0, 1e7, 128),
      (.q2_0, 7e4, 64),
      (.nf4, 7e4, 64), (.f16, -7e4, 1), (.bf16, 3.4e38, 1),
    ])
  func outOfRange(type: ElementType, weight: Float, block: Int) {
    var weights = WeightDistribution.gaussian.weights(2 * 512, seed: 102)
    weights[512 + 300] = weight
    let first = 300 / block * block
    #expect(
      error(MemorySource("w", [2, 512], weights: weights), type)
        == .outOfRange(tensor: "w", type: type, row: 1, columns: first..<(first + block), magnitude: abs(weight)),
      "seed 102")
  }

  @Test("Blocks that are copied are looked at too", arguments: [(ElementType.q8_0, 34, 0), (.tq1_0, 54, 52)])
  func copiedBlocks(type: ElementType, bytes: Int, scale: Int) {
    var blocks = encoded(WeightDistribution.gaussian.weights(4 * 256, seed: 103), as: type)
    let perRow = 512 / type.blockLength
    let bad = perRow + 1
    blocks[bad * bytes + scale] = 0
    blocks[bad * bytes + scale + 1] = 0xFC
    let first = type.blockLength
    for policy in ConversionOptions.NonFinitePolicy.allCases {
      #expect(
        error(MemorySource("w", type, [2, 512], payload: blocks), type, policy)
          == .scaleNotFinite(tensor: "w", type: type, row: 1, columns: first..<(first + type.blockLength)))
    }
  }

  @Test("Zero: NaN and infinities become 0 and are counted; other weights stay")
  func zero() throws {
    var weights = WeightDistribution.gaussian.weights(2 * 256, seed: 104)
    for (index, value) in [(3, Float.nan), (200, .infinity), (300, -.infinity)] { weights[index] = value }
    var options = ConversionOptions(type: .q8_0)
    options.nonFinite = .zero
    let converted = try convert(MemorySource("w", [2, 256], weights: weights), options)
    for index in [3, 200, 300] { weights[index] = 0 }
    #expect(converted.payload(0) == encoded(weights, as: .q8_0), "seed 104")
    #expect(converted.outcome.replaced == [3])
  }

  @Test("Zero leaves finite weights out of range an error")
  func zeroOutOfRange() {
    let weights: [Float] = [1e9] + Array(repeating: 0, count: 31)
    #expect(
      error(MemorySource("w", [1, 32], weights: weights), .q8_0, .zero)
        == .outOfRange(tensor: "w", type: .q8_0, row: 0, columns: 0..<32, magnitude: 1e9))
  }

  @Test(
    "Clamp: infinities and weights out of range become the largest magnitude, with their sign",
    arguments: encodedTypes)
  func clamp(_ type: ElementType) throws {
    let largest = try #require(type.codec?.largestMagnitude)
    var weights = WeightDistribution.uniform.weights(2 * 256, seed: 105)
    for (index, value) in [(3, Float.infinity), (300, -.infinity), (301, .greatestFiniteMagnitude)] {
      weights[index] = value
    }
    var options = ConversionOptions(type: type)
    options.nonFinite = .clamp
    let converted = try convert(MemorySource("w", [2, 256], weights: weights), options)
    for (index, value) in [(3, largest), (300, -largest), (301, largest)] { weights[index] = value }
    #expect(converted.payload(0) == encoded(weights, as: type), "seed 105")
    #expect(converted.outcome.replaced == [largest == .greatestFiniteMagnitude ? 2 : 3])
    #expect(decoded(converted.payload(0), of: type).allSatisfy { $0.isFinite })
  }

  @Test("Clamp leaves NaN an error")
  func clampNaN() {
    let weights: [Float] = [.infinity, .nan] + Array(repeating: 0, count: 30)
    #expect(
      error(MemorySource("w", [1, 32], weights: weights), .q8_0, .clamp)
        == .clampOfNaN(tensor: "w", row: 0, column: 1))
  }

  @Test("The counts of replaced weights are those of each tensor, over its chunks")
  func counts() throws {
    var bytes = [UInt8](repeating: 0, count: 2 * 1_026 * 256)
    for index in [0, 1_000, 1_024 * 256, 1_026 * 256 - 1] { bytes[2 * index + 1] = 0x7C }
    let source = MemorySource([
      .init(name: "none", type: .f16, dimensions: [2], payload: [0, 0, 0, 0]),
      .init(name: "four", type: .f16, dimensions: [1_026, 256], payload: bytes),
    ])
    var options = ConversionOptions(type: .f16)
    options.nonFinite = .zero
    #expect(try convert(source, options).outcome.replaced == [0, 4])
  }
}
