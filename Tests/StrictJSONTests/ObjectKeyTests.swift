import StrictJSON
import TestSupport
import Testing

struct ObjectKeyTests {
  @Test(arguments: [
    (#"{"a":1,"a":1}"#, "a", 7), (#"{"a":1,"b":2,"a":null}"#, "a", 13), (#"{"":1,"":2}"#, "", 6),
    (#"{"a":1,"\u0061":2}"#, "a", 7), (#"{"\u00e9":1,"é":2}"#, "é", 12), (#"{"/":1,"\/":2}"#, "/", 7),
    (#"{"🦙":1, "\ud83e\udd99":2}"#, "🦙", 11), (#"[{"x":{"a":1,"a":2}}]"#, "a", 13),
    (#"{"a":{"b":1},"a":{}}"#, "a", 13),
  ])
  func aKeyGivenTwiceIsRefusedHoweverItIsSpelt(text: String, key: String, at: Int) {
    #expect(check(text) == .duplicateKey(key, at: at))
  }

  @Test(arguments: [
    #"{"a":1,"A":2,"a ":3,"":4}"#, #"{"é":1,"e\u0301":2}"#, #"{"a":{"a":1},"b":{"a":1}}"#, #"[{"a":1},{"a":1}]"#,
  ])
  func keysThatDifferByAByteOrByTheirObjectAreAccepted(text: String) {
    #expect(check(text) == nil)
  }

  /// Small and large objects are looked after in different ways.
  @Test(arguments: [1, 2, 7, 8, 9, 10, 11, 100, 1000])
  func aRepeatedKeyIsFoundInAnObjectOfAnySize(count: Int) {
    let members = (0..<count).map { "\"key\($0)\":\($0)" }
    #expect(check("{" + members.joined(separator: ",") + "}") == nil)
    for repeated in Set([0, count / 2, count - 1]) {
      let text = "{" + members.joined(separator: ",") + ",\"key\(repeated)\":0}"
      #expect(check(text) == .duplicateKey("key\(repeated)", at: text.utf8.count - "\"key\(repeated)\":0}".utf8.count))
    }
  }

  @Test func keysComeInTheOrderOfTheText() throws {
    var scanner = JSONScanner(Array(#" { "b" : 1 , "a" : [2] , "\u0063" : {} } "#.utf8))
    var keys: [String] = []
    try scanner.beginObject()
    while let key = try scanner.nextKey() {
      keys.append(key)
      try scanner.skipValue()
    }
    try scanner.end()
    #expect(keys == ["b", "a", "c"])
  }
}
