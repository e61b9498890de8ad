import StrictJSON
import Testing

struct NumberTests {
  private func unsigned(_ text: String) -> Result<UInt64, JSONError> {
    var scanner = JSONScanner(Array(text.utf8))
    do throws(JSONError) {
      let value = try scanner.unsignedInteger()
      try scanner.end()
      return .success(value)
    } catch {
      return .failure(error)
    }
  }

  @Test(arguments: [
    "0", "-0", "1", "10", "-1", "0.5", "-0.0", "1.25", "1e5", "1E5", "1e+5", "1e-5", "0e0", "1.5E-300", "1e999999",
    "123456789012345678901234567890",
  ])
  func aNumberOfTheGrammarIsSkipped(text: String) {
    #expect(check(text) == nil)
    #expect(check("[" + text + "]") == nil)
  }

  @Test(arguments: ["-", "00", "01", "-01", "1.", "-1.e1", "1e", "1e+", "1E-", "-a", "--1", "-.5", "0.e1", "-Infinity"])
  func aNumberOutsideTheGrammarIsMalformed(text: String) {
    #expect(check(text) == .malformedNumber(at: 0))
    #expect(check("[1, " + text + "]") == .malformedNumber(at: 4))
  }

  @Test(arguments: ["0x10", "1_000", "1.5.2", "1e5e5", "1,5"])
  func whatFollowsANumberIsNotPartOfIt(text: String) throws {
    let error = try #require(check(text))
    guard case .trailingBytes = error else {
      Issue.record("\(error)")
      return
    }
  }

  @Test(arguments: [
    ("0", 0), ("1", 1), (" 42 ", 42), ("9223372036854775808", 1 << 63), ("18446744073709551615", UInt64.max),
  ])
  func wholeNumbersUpTo64BitsAreRead(text: String, value: UInt64) {
    #expect(unsigned(text) == .success(value))
  }

  @Test(arguments: [
    "18446744073709551616", "18446744073709551620", "20000000000000000000", "184467440737095516150",
    "99999999999999999999999999", "-1", "-0", "1.0", "0.0", "1e3", "1E0", "0e0", "1.5",
  ])
  func anythingButAWholeNumberOf64BitsIsRefused(text: String) {
    #expect(unsigned(text) == .failure(.notAnUnsignedInteger(at: 0)))
  }

  @Test(arguments: ["01", "-", "1.", "1e"])
  func aMalformedNumberIsMalformedHereToo(text: String) {
    #expect(unsigned(text) == .failure(.malformedNumber(at: 0)))
  }

  @Test(arguments: [
    ("\"1\"", UInt8(ascii: "\"")), ("null", UInt8(ascii: "n")), ("[1]", UInt8(ascii: "[")), ("true", UInt8(ascii: "t")),
  ])
  func anotherKindOfValueIsNoNumber(text: String, found: UInt8) {
    #expect(unsigned(text) == .failure(.unexpected(found: found, expected: "a whole number", at: 0)))
  }

  @Test func aNumberOfAMillionDigitsIsRefusedOrSkipped() {
    let digits = String(repeating: "9", count: 1_000_000)
    #expect(unsigned(digits) == .failure(.notAnUnsignedInteger(at: 0)))
    #expect(check(digits) == nil)
  }
}
