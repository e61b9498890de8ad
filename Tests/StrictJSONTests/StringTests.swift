import StrictJSON
import Testing

struct StringTests {
  @Test(arguments: [
    ("\"\"", ""), ("\"abc\"", "abc"), ("\"größe 重み 🦙\"", "größe 重み 🦙"),
    (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9\u00E9\u4e2D""#, "Aéé中"),
    (#""\u0000""#, "\u{0}"), (#""a\u000ab""#, "a\nb"), (#""\ud83e\uDD99""#, "🦙"), (#""\uD800\uDC00""#, "\u{10000}"),
    (#""\uDBFF\uDFFF""#, "\u{10FFFF}"), (#""\uFFFF\uE000\uD7FF""#, "\u{FFFF}\u{E000}\u{D7FF}"),
    (#""größe\n重み""#, "größe\n重み"), ("\"\u{7F}\u{80}\"", "\u{7F}\u{80}"),
  ])
  func escapesAreResolved(text: String, value: String) throws {
    // Bytes are compared: Swift takes canonically equivalent strings for equal.
    #expect(Array(try string(text).get().utf8) == Array(value.utf8))
    #expect(check(text) == nil)
  }

  @Test(arguments: [
    (#""\a""#, 1), (#""ab\x41""#, 3), (#""\'""#, 1), (#""\U0041""#, 1), (#""\u00g0""#, 1), (#""\u 041""#, 1),
    (#""\u00_1""#, 1), ("\"\\\n\"", 1), (#""\0""#, 1), (#""\u{41}""#, 1), (#""\u+041""#, 1),
  ])
  func anEscapeThatJSONDoesNotHaveIsRefused(text: String, at: Int) {
    #expect(string(text) == .failure(.unknownEscape(at: at)))
  }

  @Test func onlyASCIIDigitsMakeAnEscape() {
    // A full-width digit, and a byte that is '1' when its highest bit is lost.
    #expect(string(#""\u００41""#) == .failure(.unknownEscape(at: 1)))
    #expect(string([0x22, 0x5C, 0x75, 0x30, 0x30, 0x34, 0xB1, 0x22]) == .failure(.unknownEscape(at: 1)))
  }

  @Test(arguments: [
    (#""\uD800""#, 1), (#""\uDBFFabc""#, 1), (#""\uDC00""#, 1), (#""ab\uDFFF\uD800""#, 3), (#""\uD800\uD800""#, 1),
    (#""\uD800\u0041""#, 1), (#""\uD800\n......""#, 1), (#""\uD83E\uDD99\uD83E""#, 13), (#""\uDD99\uD83E""#, 1),
  ])
  func halfASurrogatePairIsRefused(text: String, at: Int) {
    #expect(string(text) == .failure(.loneSurrogate(at: at)))
    #expect(check("{\(text): 1}") == .loneSurrogate(at: at + 1))
  }

  @Test(arguments: 0..<0x20 as Range<UInt8>)
  func aControlCharacterMustBeEscaped(byte: UInt8) {
    let quote = UInt8(ascii: "\"")
    #expect(string([quote, 0x61, byte, quote]) == .failure(.controlCharacter(at: 2)))
    #expect(string(Array(#""\n"#.utf8) + [byte, quote]) == .failure(.controlCharacter(at: 3)))
  }

  @Test(
    arguments: [
      [0x80], [0xC3], [0xC3, 0x28], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80],
      [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF],
      [0xFE], [0xF0, 0x9F, 0xA6],
    ] as [[UInt8]])
  func whatIsNotUTF8IsRefused(bytes: [UInt8]) {
    let quote = UInt8(ascii: "\"")
    #expect(string([quote] + bytes + [quote]) == .failure(.notUTF8(at: 1)))
    #expect(string([quote] + #"\n"#.utf8 + bytes + [quote]) == .failure(.notUTF8(at: 1)))
    #expect(check([UInt8(ascii: "{"), quote] + bytes + [quote] + ": 1}".utf8) == .notUTF8(at: 2))
  }

  @Test(arguments: ["\"", "\"abc", "\"\\", "\"\\u", "\"\\u00", "\"\\u004", "\"a\\n", "\"\\uD83E\\u"])
  func aStringThatEndsEarlyIsRefused(text: String) {
    #expect(string(text) == .failure(.endsEarly(at: text.utf8.count)))
  }

  @Test(arguments: [("1", "1"), ("null", "n"), ("{}", "{"), ("'a'", "'")] as [(String, Unicode.Scalar)])
  func anotherKindOfValueIsNoString(text: String, found: Unicode.Scalar) {
    #expect(string(text) == .failure(.unexpected(found: UInt8(found.value), expected: "a string", at: 0)))
  }
}
