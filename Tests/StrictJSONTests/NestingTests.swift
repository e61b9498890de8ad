import StrictJSON
import Testing

struct NestingTests {
  /// Openings of `depth` containers around a value, and their ends.
  private static func nested(_ depth: Int, _ opening: String, _ closing: String, around value: String) -> String {
    String(repeating: opening, count: depth) + value + String(repeating: closing, count: depth)
  }

  /// Openings that make one, one and two levels.
  @Test(arguments: [("[", "]", 64), ("{\"a\":", "}", 64), ("[{\"a\":", "}]", 32)])
  func sixtyFourLevelsAreAcceptedAndOneMoreIsNot(opening: String, closing: String, count: Int) {
    #expect(check(Self.nested(count, opening, closing, around: "1")) == nil)
    #expect(
      check(Self.nested(count, opening, closing, around: "[]")) == .tooDeep(limit: 64, at: count * opening.utf8.count))
    #expect(
      check(Self.nested(count, opening, closing, around: "{}")) == .tooDeep(limit: 64, at: count * opening.utf8.count))
  }

  @Test func theLimitIs64() { #expect(JSONScanner.depthLimit == 64) }

  @Test(arguments: ["[", "{\"a\":", "[{\"a\":", "[1,"])
  func aMillionLevelsAreAnErrorAndNotACrash(opening: String) throws {
    let text = String(repeating: opening, count: 1_000_000)
    guard case .tooDeep(limit: 64, _) = try #require(check(text)) else {
      Issue.record("\(String(describing: check(text)))")
      return
    }
  }

  @Test func depthIsCountedBySideBySideContainersOnce() {
    let row = Self.nested(63, "[", "]", around: "")
    #expect(check("[" + row + "," + row + "," + row + "]") == nil)
  }

  @Test func theLimitHoldsForContainersThatTheCallerBegins() throws {
    var scanner = JSONScanner(Array(String(repeating: "[", count: 65).utf8))
    for _ in 0..<64 {
      try scanner.beginArray()
      #expect(try scanner.nextElement())
    }
    #expect(throws: JSONError.tooDeep(limit: 64, at: 64)) { try scanner.beginArray() }
  }
}
