import StrictJSON
import Testing

/// Where the scanner stands afterwards.
struct SkippingTests {
  @Test(arguments: [
    "1", "-0.5e3", "\"a]}\"", "\"\\\"\"", "true", "false", "null", "[]", "{}", "[1,[2,{\"a\":[]}],3]",
    "{\"a\":{\"b\":[{}]},\"c\":\"}\"}", "[[[[]]]]",
  ])
  func theScannerStandsRightBehindASkippedValue(value: String) throws {
    var scanner = JSONScanner(Array(("  " + value + "  ").utf8))
    try scanner.skipValue()
    #expect(scanner.position == 2 + value.utf8.count)
    try scanner.end()

    // Inside containers, what follows is read as if nothing had been skipped.
    scanner = JSONScanner(Array("[{\"k\": \(value), \"n\": 7}, \(value), 8]".utf8))
    try scanner.beginArray()
    #expect(try scanner.nextElement())
    try scanner.beginObject()
    #expect(try scanner.nextKey() == "k")
    try scanner.skipValue()
    #expect(try scanner.nextKey() == "n")
    #expect(try scanner.unsignedInteger() == 7)
    #expect(try scanner.nextKey() == nil)
    #expect(try scanner.nextElement())
    try scanner.skipValue()
    #expect(try scanner.nextElement())
    #expect(try scanner.unsignedInteger() == 8)
    #expect(try !scanner.nextElement())
    try scanner.end()
  }

  @Test(
    arguments: [
      ("{}", .object), ("[]", .array), ("\"\"", .string), ("-1", .number), ("0", .number), ("9", .number),
      ("true", .boolean), ("false", .boolean), ("null", .null),
    ] as [(String, JSONScanner.Kind)])
  func lookingAheadTellsTheKindAndConsumesNothingButBlanks(value: String, kind: JSONScanner.Kind) throws {
    var scanner = JSONScanner(Array((" \n" + value).utf8))
    #expect(try scanner.peek() == kind)
    #expect(try scanner.peek() == kind)
    #expect(scanner.position == 2)
    try scanner.skipValue()
    try scanner.end()
  }

  @Test(arguments: ["[1,2,", "{\"a\":1,", "[1 2]", "[\"\\x\"]", "{\"a\":1,\"a\":2}"])
  func aValueIsCheckedWhileItIsSkipped(text: String) {
    var scanner = JSONScanner(Array(text.utf8))
    #expect(throws: JSONError.self) { try scanner.skipValue() }
  }

  @Test func anEmptyContainerHasNoElements() throws {
    var scanner = JSONScanner(Array("[ { } , [ ] ]".utf8))
    try scanner.beginArray()
    #expect(try scanner.nextElement())
    try scanner.beginObject()
    #expect(try scanner.nextKey() == nil)
    #expect(try scanner.nextElement())
    try scanner.beginArray()
    #expect(try !scanner.nextElement())
    #expect(try !scanner.nextElement())
    #expect(scanner.position == 13)
  }
}
