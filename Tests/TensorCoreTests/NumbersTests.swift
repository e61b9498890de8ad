import Testing
import TensorCore

/// Numbers as the program prints them.
@Suite struct NumbersTests {
  @Test(arguments: [
    (0, "0"), (7, "7"), (999, "999"), (1000, "1,000"), (-999, "-999"), (-1000, "-1,000"), (22_565_376, "22,565,376"),
    (1_000_001, "1,000,001"), (.max, "9,223,372,036,854,775,807"), (.min, "-9,223,372,036,854,775,808"),
  ])
  func groupsThousands(_ value: Int, _ text: String) {
    #expect(Numbers.grouped(value) == text)
  }

  @Test(arguments: [
    (0, "0 B"), (1, "1 B"), (999, "999 B"), (1000, "1.0 kB"), (1049, "1.0 kB"), (1050, "1.1 kB"),
    (90_911_000, "90.9 MB"), (999_949, "999.9 kB"), (999_950, "1.0 MB"), (999_949_999, "999.9 MB"),
    (999_950_000, "1.0 GB"), (4_398_046_511_104, "4.4 TB"), (1_000_000_000_000_000, "1.0 PB"), (.max, "9223.4 PB"),
  ])
  func givesBytesInPowersOf1000(_ count: Int, _ text: String) {
    #expect(Numbers.bytes(count) == text)
  }

  @Test(arguments: [
    (0, 2, "0.00"), (0.004, 2, "0.00"), (0.006, 2, "0.01"), (0.125, 2, "0.13"), (2.5, 0, "3"), (9.996, 2, "10.00"),
    (999.95, 1, "1000.0"), (1.0625, 4, "1.0625"), (4.5, 2, "4.50"), (12, 0, "12"), (0.05, 3, "0.050"),
    (123_456_789_012.25, 2, "123456789012.25"),
  ])
  func roundsToDigitsBehindThePoint(_ value: Double, _ digits: Int, _ text: String) {
    #expect(Numbers.fixed(value, digits) == text)
  }

  @Test(arguments: [(-1.5, 1, "-1.5"), (-0.05, 1, "-0.1"), (-0.04, 1, "0.0"), (-0.0, 2, "0.00"), (-2.5, 0, "-3")])
  func neverPrintsAMinusBeforeZero(_ value: Double, _ digits: Int, _ text: String) {
    #expect(Numbers.fixed(value, digits) == text)
  }

  @Test(arguments: [
    (Double.infinity, "inf"), (-.infinity, "-inf"), (.nan, "nan"), (1e16, "1e+16"), (-1e300, "-1e+300"),
  ])
  func leavesWhatIsTooLargeForDigitsToTheLanguage(_ value: Double, _ text: String) {
    #expect(Numbers.fixed(value, 2) == text)
  }

  @Test(arguments: [
    (0, "0"), (-0.0, "0"), (1, "1.00"), (-1, "-1.00"), (0.00537, "0.00537"), (0.0758, "0.0758"), (0.5, "0.500"),
    (3.14159, "3.14"), (9.99, "9.99"), (10, "10.0"), (99.9, "99.9"), (100, "100"), (999, "999"), (999.4, "999"),
    (0.1, "0.100"), (0.01, "0.0100"), (0.001, "0.00100"), (0.0001, "0.000100"), (0.000123, "0.000123"),
  ])
  func givesThreeSignificantDigits(_ value: Double, _ text: String) {
    #expect(Numbers.significant(value) == text)
  }

  @Test(arguments: [
    (1000, "1.00e+03"), (1234, "1.23e+03"), (-1_236_000, "-1.24e+06"), (9996, "1.00e+04"), (0.00009, "9.00e-05"),
    (1.25e-9, "1.25e-09"), (-1.25e-12, "-1.25e-12"), (1e100, "1.00e+100"),
    (.greatestFiniteMagnitude, "1.80e+308"), (.leastNonzeroMagnitude, "4.94e-324"),
  ])
  func usesAnExponentForWhatIsSmallOrLarge(_ value: Double, _ text: String) {
    #expect(Numbers.significant(value) == text)
  }

  @Test(arguments: [
    (0.9996, "1.00"), (9.996, "10.0"), (99.96, "100"), (999.6, "1.00e+03"), (0.09996, "0.100"),
    (0.00009999, "0.000100"),
  ])
  func givesThreeSignificantDigitsWhereRoundingCarries(_ value: Double, _ text: String) {
    #expect(Numbers.significant(value) == text)
  }

  @Test(arguments: [(Double.infinity, "inf"), (-.infinity, "-inf"), (.nan, "nan")])
  func namesWhatIsNotFinite(_ value: Double, _ text: String) {
    #expect(Numbers.significant(value) == text)
  }
}
