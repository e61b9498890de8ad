import StrictJSON
import Testing

/// RFC 8259: what is JSON, and what only looks like it.
struct GrammarTests {
  @Test(arguments: [
    "{}", "[]", "null", "true", "false", "0", "\"\"", " \t\r\n{ } \n", "[1]", "[ 1 , 2 ]", "{\"a\":1}",
    "{\"a\" : [ { \"b\" : null } , [ ] ] , \"c\" : \"d\"}", "[[[]],{},[{}]]", "{\"\":0}", "[\"\u{7F}\"]",
    "\"\u{2028}größe 🦙\"", "{\"a\":{\"a\":{\"a\":1}}}", "[true,false,null,-1.5e-3]",
  ])
  func whatIsJSONIsAccepted(text: String) {
    #expect(check(text) == nil)
  }

  @Test(arguments: [
    "", " ", "\n\t", "{", "[", "[1", "[1,", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "\"", "\"abc", "tru", "nul",
    "f",
  ])
  func whatEndsEarlySaysWhere(text: String) {
    #expect(check(text) == .endsEarly(at: text.utf8.count))
  }

  @Test(
    arguments: [
      ("[1,]", "]", "a value", 3), ("[,1]", ",", "a value", 1), ("[1 2]", "2", "',' or ']'", 3),
      ("{\"a\":1,}", "}", "a string", 7), ("{,}", ",", "a string", 1), ("{a:1}", "a", "a string", 1),
      ("{'a':1}", "'", "a string", 1), ("{1:1}", "1", "a string", 1), ("{\"a\" 1}", "1", "':'", 5),
      ("{\"a\":1 \"b\":2}", "\"", "',' or '}'", 7), ("{\"a\":}", "}", "a value", 5), ("[}", "}", "a value", 1),
      ("{]", "]", "a string", 1), ("[1}", "}", "',' or ']'", 2), ("]", "]", "a value", 0), ("nan", "a", "null", 1),
      ("NaN", "N", "a value", 0), ("Infinity", "I", "a value", 0), ("trux", "x", "true", 3), ("nuLl", "L", "null", 2),
      ("+1", "+", "a value", 0), (".5", ".", "a value", 0), ("/**/1", "/", "a value", 0),
      ("[1//\n]", "/", "',' or ']'", 2),
      ("\u{C}1", "\u{C}", "a value", 0), ("\u{0}", "\u{0}", "a value", 0), ("'a'", "'", "a value", 0),
      ("True", "T", "a value", 0), ("[1:2]", ":", "',' or ']'", 2),
    ] as [(String, Unicode.Scalar, String, Int)])
  func whatIsNotJSONSaysWhatWasFoundAndWhere(text: String, found: Unicode.Scalar, expected: String, at: Int) {
    #expect(check(text) == .unexpected(found: UInt8(found.value), expected: expected, at: at))
  }

  @Test(arguments: [
    ("1 2", 2), ("{}{}", 2), ("null,", 4), ("[]]", 2), ("truefalse", 4), ("{} \u{0}", 3), ("1a", 1), ("1+", 1),
  ])
  func nothingMayFollowTheValue(text: String, at: Int) {
    #expect(check(text) == .trailingBytes(at: at))
  }

  @Test func aByteOrderMarkIsNotJSON() {
    #expect(check([0xEF, 0xBB, 0xBF] + "{}".utf8) == .unexpected(found: 0xEF, expected: "a value", at: 0))
  }

  @Test(arguments: [0xA0, 0x85, 0xFF] as [UInt8])
  func onlyTheFourBlanksOfJSONAreSkipped(blank: UInt8) {
    #expect(
      check([UInt8(ascii: "["), blank, UInt8(ascii: "]")]) == .unexpected(found: blank, expected: "a value", at: 1))
  }

  @Test func anErrorIsOneLegibleLine() {
    #expect(check("[1;2]")?.description == "JSON at byte 2: found ';', expected ',' or ']'")
    #expect(check("\u{1B}")?.description == "JSON at byte 0: found byte 27, expected a value")
    #expect(check("{\"\\u001b\":1,\"\\u001b\":1}")?.description.contains("\u{1B}") == false)
  }
}
