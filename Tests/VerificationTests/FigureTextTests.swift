import TestSupport
import Testing

@testable import Verification

@Suite("Figures in messages")
struct FigureTextTests {
  @Test(
    "Three significant digits",
    arguments: [
      (0.0, "0"), (1, "1.00"), (0.153, "0.153"), (0.15349, "0.153"), (0.1535, "0.154"), (12.345, "12.3"),
      (99.96, "100"), (999.6, "1000"), (123456, "123000"), (0.00012345, "0.000123"), (0.000012345, "1.23e-05"),
      (0.99996, "1.00"), (9.999e-5, "0.000100"), (1e300, "1.00e+300"), (.leastNonzeroMagnitude, "5.00e-324"),
      (-2.5, "-2.50"),
      (.infinity, "infinite"), (-.infinity, "-infinite"), (.nan, "not a number"), (1e16, "1.00e+16"),
    ])
  func threeDigits(value: Double, expected: String) { #expect(FigureText.text(value) == expected) }

  @Test(
    "As many digits as tell two numbers apart",
    arguments: [
      (0.1001, 0.1, "0.1001"), (0.1, 0.1, "0.100"), (0.2, 0.1, "0.200"),
      (0.1000000000000001, 0.1, "0.1000000000000001"),
    ])
  func apart(value: Double, other: Double, expected: String) {
    #expect(FigureText.text(value, toldFrom: other) == expected)
  }

  @Test("With 17 digits every number is itself")
  func roundTrip() {
    var generator = SeededGenerator(seed: 331)
    for _ in 0..<10_000 {
      let value = Double(bitPattern: generator.next())
      if value.isFinite { #expect(Double(FigureText.significant(value, 17)) == value, "seed 331") }
    }
  }
}
