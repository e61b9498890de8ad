import Quantization
import TensorCore
import TestSupport
import Testing

/// Blocks that are found again from what they decode to.
@Suite("Weights on a grid")
struct GridTests {
  static let seed: UInt64 = 77
  static let types = ElementType.allCases.filter { $0.gridCodec != nil }

  /// A scale of every exponent, subnormal ones and zero among them, of either sign.
  static func scale(_ generator: inout SeededGenerator, _ precision: WeightPrecision) -> UInt16 {
    // What is stored as F16 must not overflow in it: 128 x 2^8 is below 65504, and IQ4_NL has no level beyond 127.
    let highest: UInt16 = precision == .f16 ? 0x5BFF : 0x7BFF
    let magnitude = UInt16.random(in: 0...highest, using: &generator)
    let small = UInt16.random(in: 0...3, using: &generator)
    return (generator.next() % 4 == 0 ? small : magnitude) | (generator.next() & 1 == 0 ? 0x8000 : 0)
  }

  /// The bytes of a block with random codes, often few of them.
  static func block(
    _ codec: any GridCodec.Type, _ generator: inout SeededGenerator, _ precision: WeightPrecision
  ) -> [UInt8] {
    let levels = codec.gridLevels.values.count
    let lowest = Int.random(in: 0..<levels, using: &generator)
    let highest = Int.random(in: lowest..<levels, using: &generator)
    let codes = (0..<codec.elementType.blockLength).map { _ in
      UInt8(Int.random(in: lowest...highest, using: &generator))
    }
    return packed(codec, scale: scale(&generator, precision), codes)
  }

  static func packed(_ codec: any GridCodec.Type, scale: UInt16, _ codes: [UInt8]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0xEE, count: codec.elementType.blockBytes)
    var span = bytes.mutableSpan
    codec.storeGridBlock(scale: scale, codes: codes.span, into: &span, at: 0)
    return bytes
  }

  static func find(
    _ codec: any GridCodec.Type, _ weights: [Float], _ precision: WeightPrecision = .f32
  ) -> (match: GridMatch, block: [UInt8]) {
    var bytes = [UInt8](repeating: 0xEE, count: codec.elementType.blockBytes)
    var span = bytes.mutableSpan
    let match = codec.encodeGridBlock(weights.span, storedAs: precision, into: &span, at: 0)
    return (match, bytes)
  }

  @Test("The types whose grids are known")
  func table() {
    #expect(Set(Self.types) == [.q4_0, .q5_0, .q8_0, .iq4_nl, .nf4, .q1_0, .q2_0, .tq1_0, .tq2_0])
  }

  @Test("A block holds the codes that it is packed of", arguments: types)
  func packing(_ type: ElementType) throws {
    let codec = try #require(type.gridCodec)
    var generator = SeededGenerator(seed: Self.seed)
    let levels = codec.gridLevels.values
    let codes = (0..<type.blockLength).map { _ in UInt8(Int.random(in: 0..<levels.count, using: &generator)) }
    let weights = codec.weights(of: Self.packed(codec, scale: Binary16.bits(0.5), codes))
    #expect(weights == codes.map { levels[Int($0)] * 0.5 }, "seed \(Self.seed)")
  }

  @Test("Any block is found again, to the bits that it decodes to", arguments: types, WeightPrecision.allCases)
  func roundTrip(_ type: ElementType, _ precision: WeightPrecision) throws {
    let codec = try #require(type.gridCodec)
    var generator = SeededGenerator(seed: Self.seed)
    var missed = 0
    for number in 0..<400 {
      let block = Self.block(codec, &generator, precision)
      let weights = codec.weights(of: block).map(precision.stored)
      let areFinite = weights.allSatisfy(\.isFinite)
      try #require(areFinite, "seed \(Self.seed), block \(number)")
      let found = Self.find(codec, weights, precision)
      try #require(found.match == .identical, "seed \(Self.seed), block \(number): \(block)")
      let again = codec.weights(of: found.block).map(precision.stored)
      try #require(bits(again) == bits(weights), "seed \(Self.seed), block \(number)")
      let reference = codec.blocks(of: weights)
      if bits(codec.weights(of: reference).map(precision.stored)) == bits(weights) {
        try #require(found.block == reference, "the reference's block comes first")
      } else {
        missed += 1
      }
    }
    // Otherwise nothing was looked for.
    #expect(missed > 5, "seed \(Self.seed)")
  }

  @Test("One weight that is off by a unit in the last place is on no grid", arguments: types)
  func oneOff(_ type: ElementType) throws {
    let codec = try #require(type.gridCodec)
    var generator = SeededGenerator(seed: Self.seed)
    for number in 0..<100 {
      let scale = UInt16.random(in: 0x0400...0x7BFF, using: &generator)
      let count = codec.gridLevels.values.count
      var codes = (0..<type.blockLength).map { _ in UInt8(Int.random(in: 0..<count, using: &generator)) }
      // Another weight has the scale, so that the one that is changed cannot have its own.
      codes[0] = 0
      codes[1] = 0
      var weights = codec.weights(of: Self.packed(codec, scale: scale, codes))
      let index = Int.random(in: 1..<type.blockLength, using: &generator)
      weights[index] = generator.next() & 1 == 0 ? weights[index].nextUp : weights[index].nextDown
      let found = Self.find(codec, weights)
      #expect(found.match == .none, "seed \(Self.seed), block \(number), weight \(index)")
      #expect(found.block == codec.blocks(of: weights), "the reference's block where there is none")
    }
  }

  @Test("Ordinary weights are on no grid", arguments: types, WeightPrecision.allCases)
  func ordinary(_ type: ElementType, _ precision: WeightPrecision) throws {
    let codec = try #require(type.gridCodec)
    for seed in UInt64(1)...5 {
      let weights = WeightDistribution.gaussian.weights(type.blockLength, seed: seed).map(precision.stored)
      #expect(Self.find(codec, weights, precision).match == .none, "seed \(seed)")
    }
  }

  @Test("Zeros of either sign and of both are kept", arguments: types)
  func zeros(_ type: ElementType) throws {
    let codec = try #require(type.gridCodec)
    let count = type.blockLength
    for weights in [
      [Float](repeating: 0, count: count), [Float](repeating: -0.0, count: count),
      (0..<count).map { $0 % 3 == 0 ? -0.0 : 0 },
    ] {
      let found = Self.find(codec, weights)
      #expect(found.match == .identical && bits(codec.weights(of: found.block)) == bits(weights))
    }
  }

  @Test("Zeros of both signs beside other weights are the same numbers, not the same bits")
  func mixedZeros() throws {
    var weights: [Float] = (0..<32).map { Float($0 % 5 - 2) * 0.25 }
    #expect(Self.find(Q4_0Codec.self, weights).match == .identical)
    weights[2] = -0.0
    let found = Self.find(Q4_0Codec.self, weights)
    #expect(found.match == .equal)
    #expect(Q4_0Codec.weights(of: found.block) == weights)
    // All zeros of one sign have that of the scale.
    weights = weights.map { $0 == 0 ? -0.0 : $0 }
    #expect(Self.find(Q4_0Codec.self, weights).match == .identical)
  }

  @Test("What is not finite is on no grid", arguments: types)
  func notFinite(_ type: ElementType) throws {
    let codec = try #require(type.gridCodec)
    for special in [Float.nan, .infinity, -.infinity] {
      var weights = [Float](repeating: 1, count: type.blockLength)
      weights[type.blockLength - 1] = special
      #expect(Self.find(codec, weights).match == .none)
    }
    // A scale beyond the halves.
    let large = [Float](repeating: .greatestFiniteMagnitude, count: type.blockLength)
    #expect(Self.find(codec, large).match == .none)
  }

  @Test("Several blocks are as good as the worst, and stand where they shall")
  func severalBlocks() throws {
    var generator = SeededGenerator(seed: Self.seed)
    let blocks = (0..<6).map { _ in Self.block(Q4_0Codec.self, &generator, .f32) }
    var weights = blocks.flatMap { Q4_0Codec.weights(of: $0) }
    var bytes = [UInt8](repeating: 0xEE, count: 7 + 6 * 18)
    var span = bytes.mutableSpan
    #expect(Q4_0Codec.encodeOnGrid(weights.span, storedAs: .f32, into: &span, at: 7) == .identical)
    #expect(bytes[..<7] == ArraySlice(repeating: 0xEE, count: 7))
    #expect(bits(Q4_0Codec.weights(of: Array(bytes[7...]))) == bits(weights), "seed \(Self.seed)")
    weights[70] = weights[70].nextUp
    weights[71] = 1.2345
    var other = bytes.mutableSpan
    #expect(Q4_0Codec.encodeOnGrid(weights.span, storedAs: .f32, into: &other, at: 7) == .none)
    #expect(bits(Array(Q4_0Codec.weights(of: Array(bytes[7...]))[96...])) == bits(Array(weights[96...])))
  }

  @Test("The scales of a weight are all halves that give it, none else", arguments: WeightPrecision.allCases)
  func scalesAreComplete(_ precision: WeightPrecision) throws {
    // Blocks of one weight and its level say which scale was found; every half that gives the weight must be accepted.
    var generator = SeededGenerator(seed: Self.seed)
    for _ in 0..<200 {
      let scale = UInt16.random(in: 1...0x5BFF, using: &generator)
      let level = NF4Codec.table[Int.random(in: 0..<7, using: &generator)]
      let weight = precision.stored(level * Binary16.value(scale))
      guard weight != 0 else { continue }
      let codes = (0..<64).map { UInt8($0 % 2 == 0 ? NF4Codec.table.firstIndex(of: level) ?? 0 : 7) }
      let weights = NF4Codec.weights(of: Self.packed(NF4Codec.self, scale: scale, codes)).map(precision.stored)
      #expect(Self.find(NF4Codec.self, weights, precision).match == .identical, "seed \(Self.seed)")
    }
  }
}
