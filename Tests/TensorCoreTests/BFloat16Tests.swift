import TensorCore
import TestSupport
import Testing

struct BFloat16Tests {
  @Test func everyCodeSurvivesARoundTripAndNaNIsMadeQuiet() {
    var wrong: [UInt16] = []
    for bits in UInt16.min...UInt16.max {
      let isNaN = bits & 0x7FFF > 0x7F80
      if BFloat16.bits(BFloat16.value(bits)) != (isNaN ? bits | 0x40 : bits) { wrong.append(bits) }
    }
    #expect(wrong.isEmpty, "\(wrong.count) of 65,536, the first \(wrong.prefix(5))")
  }

  @Test func aValueIsTheUpperHalfOfAFloat() {
    let wrong = (UInt16.min...UInt16.max).filter { BFloat16.value($0).bitPattern != UInt32($0) * 65536 }
    #expect(wrong.isEmpty)
  }

  @Test func finitenessIsThatOfTheValue() {
    let wrong = (UInt16.min...UInt16.max).filter {
      BFloat16.isFinite($0) != Float(bitPattern: UInt32($0) << 16).isFinite
    }
    #expect(wrong.isEmpty)
  }

  @Test func aSweepOfExponentsAndBoundaryFractionsRoundsToTheNearest() {
    let wrong = FloatPatterns.sweep.filter { !Self.isNearest(Float(bitPattern: $0)) }
    #expect(wrong.isEmpty, "\(wrong.count), the first \(wrong.prefix(5).map { String($0, radix: 16) })")
  }

  @Test(arguments: [11, 12] as [UInt64])
  func randomFloatsRoundToTheNearest(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var wrong: [UInt32] = []
    for _ in 0..<200_000 {
      let bits = UInt32(truncatingIfNeeded: generator.next())
      if !Self.isNearest(Float(bitPattern: bits)) { wrong.append(bits) }
    }
    #expect(wrong.isEmpty, "seed \(seed): \(wrong.count), the first \(wrong.prefix(5).map { String($0, radix: 16) })")
  }

  @Test(
    arguments: [
      (0x3F80_8000, 0x3F80), (0x3F81_8000, 0x3F82), (0x3F80_8001, 0x3F81), (0x3F80_7FFF, 0x3F80),  // ties to even
      (0x7F7F_7FFF, 0x7F7F), (0x7F7F_8000, 0x7F80), (0xFF7F_FFFF, 0xFF80),  // where infinity begins
      (0x0000_8000, 0x0000), (0x0000_8001, 0x0001), (0x0001_8000, 0x0002), (0x8000_0001, 0x8000),  // subnormals
      (0x7F80_0001, 0x7FC0), (0xFF80_0001, 0xFFC0), (0x7FFF_FFFF, 0x7FFF), (0x7FA5_0000, 0x7FE5),  // NaN is made quiet
      (0x7F80_0000, 0x7F80), (0xFF80_0000, 0xFF80),
    ] as [(UInt32, UInt16)])
  func aBoundaryRoundsTo(bits: UInt32, expected: UInt16) {
    #expect(BFloat16.bits(Float(bitPattern: bits)) == expected)
  }

  /// Compares the distances to the two neighbours in double precision, where both are exact.
  private static func isNearest(_ value: Float) -> Bool {
    let found = BFloat16.bits(value)
    if value.isNaN { return found == UInt16(value.bitPattern >> 16) | 0x40 }
    if value.isInfinite { return found == UInt16(value.bitPattern >> 16) }
    let lower = UInt16(value.bitPattern >> 16)
    let (below, above) = (magnitude(lower), magnitude(lower + 1))
    let (toBelow, toAbove) = (Double(value.magnitude) - below, above - Double(value.magnitude))
    let expected = toBelow < toAbove || toBelow == toAbove && lower % 2 == 0 ? lower : lower + 1
    return found == expected
  }

  /// The magnitude of a code, that of infinity as if the exponents went on.
  private static func magnitude(_ bits: UInt16) -> Double {
    bits & 0x7FFF == 0x7F80 ? 0x1p128 : Double(Float(bitPattern: UInt32(bits & 0x7FFF) << 16))
  }
}
