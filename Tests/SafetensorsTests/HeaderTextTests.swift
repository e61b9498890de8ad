import Safetensors
import StrictJSON
import TensorCore
import TestSupport
import Testing

/// The header as JSON, and its `__metadata__`.
struct HeaderTextTests {
  private func judge(_ json: [UInt8]) -> Outcome<SafetensorsError> {
    outcome { _ = try SafetensorsHeader(json: json, dataStart: 8 + json.count, dataSize: 0) }
  }

  private func judge(_ text: String) -> Outcome<SafetensorsError> { judge(Array(text.utf8)) }

  @Test(arguments: ["{}", "{ }  \n\t ", "{\"__metadata__\": {}}", "{\"__metadata__\": null}"])
  func aHeaderWithoutTensorsIsAccepted(text: String) {
    #expect(judge(text) == .accepted)
  }

  @Test(arguments: [" {}", "[]", "null", "\n{}", "\u{FEFF}{}", "x"])
  func aHeaderStartsWithABrace(text: String) {
    #expect(judge(text) == .breaks(.headerDoesNotStartWithBrace(found: Array(text.utf8)[0])))
  }

  @Test func aHeaderOfNoBytesIsRefused() { #expect(judge("") == .breaks(.headerEmpty)) }

  @Test(
    arguments: [
      ("{", .endsEarly(at: 1)), ("{}{}", .trailingBytes(at: 2)), ("{}\u{0}", .trailingBytes(at: 2)),
      ("{1}", .unexpected(found: UInt8(ascii: "1"), expected: "a string", at: 1)),
      ("{\"a\\uD800\":{}}", .loneSurrogate(at: 3)),
    ] as [(String, JSONError)])
  func aHeaderThatIsNotJSONIsRefused(text: String, error: JSONError) {
    #expect(judge(text) == .breaks(.headerNotJSON(error)))
  }

  @Test func aNameThatIsNotUTF8IsRefused() {
    #expect(judge(Array("{\"".utf8) + [0xFF] + "\":{}}".utf8) == .breaks(.headerNotJSON(.notUTF8(at: 2))))
  }

  @Test func nestingInAFieldIsLimited() {
    // The header and the tensor are two levels.
    let text = "{\"a\":{\"x\":" + String(repeating: "[", count: 1_000_000)
    #expect(judge(text) == .breaks(.entryMalformed(tensor: "a", .tooDeep(limit: 64, at: 10 + 62))))
  }

  @Test(
    arguments: [
      ("{\"a\": 1}", .unexpected(found: UInt8(ascii: "1"), expected: "a string", at: 23)),
      ("{\"a\": null}", .unexpected(found: UInt8(ascii: "n"), expected: "a string", at: 23)),
      ("{\"a\": {\"b\": \"c\"}}", .unexpected(found: UInt8(ascii: "{"), expected: "a string", at: 23)),
      ("[]", .unexpected(found: UInt8(ascii: "["), expected: "an object", at: 17)),
      ("\"text\"", .unexpected(found: UInt8(ascii: "\""), expected: "an object", at: 17)),
      ("{\"a\": \"b\", \"a\": \"c\"}", .duplicateKey("a", at: 28)),
      ("nil", .unexpected(found: 0x69, expected: "null", at: 18)),
    ] as [(String, JSONError)])
  func metadataThatIsNoObjectOfStringsIsRefused(metadata: String, error: JSONError) {
    #expect(judge("{\"__metadata__\": \(metadata)}") == .breaks(.metadataNotStrings(error)))
  }

  @Test func metadataIsReadInTheOrderOfTheFile() throws {
    let json = Array("{\"__metadata__\": {\"z\": \"1\", \"a\": \"\\u00e9\\n\", \"\": \"\"}}".utf8)
    let header = try SafetensorsHeader(json: json, dataStart: 0, dataSize: 0)
    #expect(header.metadata.map(\.key) == ["z", "a", ""])
    #expect(header.metadata.map(\.value) == ["1", "é\n", ""])
  }

  @Test func metadataMayStandAnywhereOrBeAbsent() throws {
    var builder = SafetensorsBuilder.small()
    #expect(try SafetensorsHeader(json: builder.json, dataStart: 0, dataSize: 27).metadata.isEmpty)
    builder.header = builder.json.dropLast() + ", \"__metadata__\": {\"k\": \"v\"}}".utf8
    let header = try SafetensorsHeader(json: builder.json, dataStart: 0, dataSize: 27)
    #expect(header.metadata.map(\.value) == ["v"])
    #expect(header.tensors.map(\.name) == ["a", "b", "c"])
  }
}
