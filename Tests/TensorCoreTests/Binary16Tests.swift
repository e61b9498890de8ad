import TensorCore
import TestSupport
import Testing

/// Binary16 is integer arithmetic; the oracle is Swift's own Float16.
struct Binary16Tests {
  @Test func everyHalfWidensToTheValueThatFloat16Gives() {
    var wrong: [UInt16] = []
    for bits in UInt16.min...UInt16.max {
      let expected = Float(Float16(bitPattern: bits))
      let found = Binary16.value(bits)
      if expected.isNaN ? !found.isNaN : found.bitPattern != expected.bitPattern { wrong.append(bits) }
    }
    #expect(wrong.isEmpty, "\(wrong.count) of 65,536, the first \(wrong.prefix(5))")
  }

  @Test func everyHalfButNaNSurvivesARoundTrip() {
    var wrong: [UInt16] = []
    for bits in UInt16.min...UInt16.max {
      let isNaN = bits & 0x7FFF > 0x7C00
      let expected = isNaN ? bits & 0x8000 | 0x7E00 : bits
      if Binary16.bits(Binary16.value(bits)) != expected { wrong.append(bits) }
    }
    #expect(wrong.isEmpty, "\(wrong.count) of 65,536, the first \(wrong.prefix(5))")
  }

  @Test func aNaNKeepsItsSignAndPayloadWhenItIsWidened() {
    #expect(Binary16.value(0x7C01).bitPattern == 0x7FC0_2000)
    #expect(Binary16.value(0xFEAA).bitPattern == 0xFFD5_4000)
  }

  @Test func finitenessIsThatOfTheValue() {
    let wrong = (UInt16.min...UInt16.max).filter { Binary16.isFinite($0) != Float16(bitPattern: $0).isFinite }
    #expect(wrong.isEmpty)
  }

  @Test func aSweepOfExponentsAndBoundaryFractionsRoundsAsFloat16Does() {
    let wrong = FloatPatterns.sweep.filter { !Self.agrees(Float(bitPattern: $0)) }
    #expect(wrong.isEmpty, "\(wrong.count), the first \(wrong.prefix(5).map { String($0, radix: 16) })")
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func randomFloatsRoundAsFloat16Does(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var wrong: [UInt32] = []
    for number in 0..<300_000 {
      var bits = UInt32(truncatingIfNeeded: generator.next())
      // Every other one has an exponent that a half can have, where the rounding is.
      if number % 2 == 0 { bits = bits & 0x807F_FFFF | UInt32.random(in: 101...144, using: &generator) << 23 }
      if !Self.agrees(Float(bitPattern: bits)) { wrong.append(bits) }
    }
    #expect(wrong.isEmpty, "seed \(seed): \(wrong.count), the first \(wrong.prefix(5).map { String($0, radix: 16) })")
  }

  @Test(
    arguments: [
      (1 + 0x1p-11, 0x3C00), (1 + 0x3p-11, 0x3C02), (1 + 0x1p-11 + 0x1p-23, 0x3C01),  // ties to even, and past a tie
      (65504, 0x7BFF), (65519.996, 0x7BFF), (65520, 0x7C00), (-65520, 0xFC00),  // where infinity begins
      (0x1p-24, 0x0001), (0x1p-25, 0x0000), (0x1.000002p-25, 0x0001), (0x1.8p-24, 0x0002),  // the smallest subnormal
      (0x1p-14, 0x0400), (0x1.FF8p-15, 0x03FF), (0x1.FFBFFEp-15, 0x03FF), (0x1.FFCp-15, 0x0400),  // the smallest normal
      (0, 0x0000), (-0.0, 0x8000), (-0x1p-26, 0x8000),  // zeros keep their sign
    ] as [(Float, UInt16)])
  func aBoundaryRoundsTo(value: Float, bits: UInt16) {
    #expect(Binary16.bits(value) == bits)
  }

  @Test(arguments: [0x7F80_0001, 0x7FBF_FFFF, 0x7FC0_0000, 0x7FFF_FFFF] as [UInt32], [0, 0x8000_0000] as [UInt32])
  func anyNaNBecomesTheOneThatGGMLWrites(bits: UInt32, sign: UInt32) {
    #expect(Binary16.bits(Float(bitPattern: bits | sign)) == 0x7E00 | UInt16(sign >> 16))
  }

  private static func agrees(_ value: Float) -> Bool {
    let found = Binary16.bits(value)
    return value.isNaN
      ? found == 0x7E00 | UInt16(value.bitPattern >> 16) & 0x8000 : found == Float16(value).bitPattern
  }
}
