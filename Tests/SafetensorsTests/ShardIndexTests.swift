import Safetensors
import StrictJSON
import TensorCore
import TestSupport
import Testing

/// The index as a text.
struct ShardIndexTests {
  private func judge(_ text: String) -> Outcome<ShardIndexError> {
    outcome { _ = try ShardIndex(json: Array(text.utf8)) }
  }

  @Test func anIndexSaysWhichShardHasWhichTensor() throws {
    let text = """
      {"metadata": {"total_size": 12}, "weight_map": {"b": "s2", "a": "s10", "c": "s2", "é": "s1"}, "more": [1]}
      """
    let index = try ShardIndex(json: Array(text.utf8))
    #expect(index.shards == ["s1", "s10", "s2"])
    #expect(index.shardOfTensor[ExactString("a")] == "s10")
    #expect(index.shardOfTensor[ExactString("c")] == "s2")
    #expect(index.shardOfTensor[ExactString("e\u{301}")] == nil)
    #expect(index.shardOfTensor.count == 4)
  }

  @Test(arguments: ["{}", "{\"metadata\": {}}", "{\"weights\": {\"a\": \"s\"}}"])
  func anIndexWithoutAMapIsRefused(text: String) {
    #expect(judge(text) == .breaks(.weightMapMissing))
  }

  @Test func anEmptyMapIsRefused() { #expect(judge("{\"weight_map\": {}}") == .breaks(.weightMapEmpty)) }

  @Test(
    arguments: [
      ("", .endsEarly(at: 0)), ("[]", .unexpected(found: UInt8(ascii: "["), expected: "an object", at: 0)),
      ("{\"weight_map\": []}", .unexpected(found: UInt8(ascii: "["), expected: "an object", at: 15)),
      ("{\"weight_map\": null}", .unexpected(found: UInt8(ascii: "n"), expected: "an object", at: 15)),
      ("{\"weight_map\": {\"a\": 1}}", .unexpected(found: UInt8(ascii: "1"), expected: "a string", at: 21)),
      ("{\"weight_map\": {\"a\": \"s\", \"a\": \"t\"}}", .duplicateKey("a", at: 26)),
      ("{\"weight_map\": {\"a\": \"s\"}, \"weight_map\": {}}", .duplicateKey("weight_map", at: 27)),
      ("{\"weight_map\": {\"a\": \"s\"}} x", .trailingBytes(at: 27)),
    ] as [(String, JSONError)])
  func anIndexThatIsNotTheRightJSONIsRefused(text: String, error: JSONError) {
    #expect(judge(text) == .breaks(.notJSON(error)))
  }

  @Test(arguments: [
    ("", ""), (".", "."), ("..", ".."), ("../s", "../s"), ("/s", "/s"), ("sub/s", "sub/s"), ("a\\\\b", "a\\b"),
    ("C:\\\\s", "C:\\s"), ("s\\u0000", "s\u{0}"), ("\\u002e\\u002e", ".."), ("s/", "s/"), ("..\\u002fs", "../s"),
  ])
  func aShardOutsideTheIndexesFolderIsRefused(json: String, shard: String) {
    #expect(
      judge("{\"weight_map\": {\"a\": \"\(json)\"}}")
        == .breaks(.shardOutsideDirectory(tensor: "a", shard: shard)))
  }

  @Test func theFirstOfSeveralWrongShardsIsNamed() {
    let entries = (0..<20).map { "\"t\($0)\": \"../s\($0)\"" }.joined(separator: ", ")
    #expect(
      judge("{\"weight_map\": {\(entries)}}") == .breaks(.shardOutsideDirectory(tensor: "t0", shard: "../s0")))
  }

  @Test(arguments: ["...", "..s", "s..", ".hidden", "~", "-rf", " ", "größe"])
  func anyPlainNameIsAShard(name: String) {
    #expect(judge("{\"weight_map\": {\"a\": \"\(name)\"}}") == .accepted)
  }
}
