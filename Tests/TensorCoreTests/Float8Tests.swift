import TensorCore
import Testing

/// All 256 codes against the formulas of the OCP specifications, computed digit by digit in double precision.
struct Float8Tests {
  @Test(arguments: UInt8.min...UInt8.max)
  func e4m3IsWhatTheFormulaSays(bits: UInt8) {
    let (sign, exponent, fraction) = (bits / 128, Int(bits / 8 % 16), Double(bits % 8))
    let found = Float8.e4m3(bits)
    if exponent == 15 && fraction == 7 {
      #expect(found.isNaN)
      #expect(found.sign == (sign == 1 ? .minus : .plus))
      return
    }
    let magnitude =
      exponent == 0 ? Self.powerOfTwo(-6) * (fraction / 8) : Self.powerOfTwo(exponent - 7) * (1 + fraction / 8)
    #expect(found.bitPattern == Float(sign == 1 ? -magnitude : magnitude).bitPattern)
  }

  @Test(arguments: UInt8.min...UInt8.max)
  func e5m2IsWhatTheFormulaSays(bits: UInt8) {
    let (sign, exponent, fraction) = (bits / 128, Int(bits / 4 % 32), Double(bits % 4))
    let found = Float8.e5m2(bits)
    if exponent == 31 && fraction > 0 {
      #expect(found.isNaN)
      return
    }
    let magnitude =
      switch exponent {
      case 31: Double.infinity
      case 0: Self.powerOfTwo(-14) * (fraction / 4)
      default: Self.powerOfTwo(exponent - 15) * (1 + fraction / 4)
      }
    #expect(found.bitPattern == Float(sign == 1 ? -magnitude : magnitude).bitPattern)
  }

  @Test(arguments: UInt8.min...UInt8.max)
  func e8m0IsWhatTheFormulaSays(bits: UInt8) {
    let found = Float8.e8m0(bits)
    if bits == 255 {
      #expect(found.isNaN)
    } else {
      #expect(Double(found) == Self.powerOfTwo(Int(bits) - 127))
    }
  }

  @Test func theExtremesAreThoseOfTheSpecifications() {
    #expect(Float8.e4m3(0x7E) == 448)
    #expect(Float8.e4m3(0x01) == 0x1p-9)
    #expect(Float8.e5m2(0x7B) == 57344)
    #expect(Float8.e5m2(0x01) == 0x1p-16)
    #expect(Float8.e8m0(0x00) == 0x1p-127)
    #expect(Float8.e8m0(0xFE) == 0x1p127)
  }

  private static func powerOfTwo(_ exponent: Int) -> Double {
    (0..<abs(exponent)).reduce(1.0) { product, _ in exponent < 0 ? product / 2 : product * 2 }
  }
}
