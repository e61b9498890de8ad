import RawCheckpoint
import TensorCore
import TestSupport
import Testing

/// The JSON form of a description.
struct RawDescriptionTests {
  private func judge(_ text: String) -> Outcome<RawCheckpointError> {
    outcome { _ = try RawDescription(json: Array(text.utf8)) }
  }

  @Test func aDescriptionIsReadWithItsDefaults() throws {
    let text = """
      {"tensors": [{"name": "embed", "shape": [4, 32], "offset": 0}, {"shape": [32], "name": "b\\u0069as"}]}
      """
    let description = try RawDescription(json: Array(text.utf8))
    #expect(
      description
        == RawDescription(
          byteOrder: .little,
          tensors: [
            .init(name: "embed", dimensions: [4, 32], offset: 0), .init(name: "bias", dimensions: [32]),
          ]))
    #expect(description.tensors[1].offset == nil)
  }

  @Test(arguments: [("little", ByteOrder.little), ("big", .big)])
  func theByteOrderIsRead(name: String, order: ByteOrder) throws {
    let text = "{\"tensors\": [{\"name\": \"a\", \"shape\": [1]}], \"byte_order\": \"\(name)\"}"
    #expect(try RawDescription(json: Array(text.utf8)).byteOrder == order)
  }

  @Test(arguments: ["Little", "", "le", "BIG", "native"])
  func anotherByteOrderIsRefused(name: String) {
    #expect(
      judge("{\"byte_order\": \"\(name)\", \"tensors\": [{\"name\": \"a\", \"shape\": [1]}]}")
        == .breaks(.byteOrderUnknown(name)))
  }

  @Test(arguments: ["{}", "{\"tensors\": []}", "{\"byte_order\": \"big\"}"])
  func aDescriptionWithoutTensorsIsRefused(text: String) {
    #expect(judge(text) == .breaks(.tensorsMissing))
  }

  @Test(arguments: [
    ("{\"tensor\": []}", "tensor"), ("{\"tensors\": [{\"name\": \"a\", \"shape\": [1], \"offsets\": 0}]}", "offsets"),
    ("{\"tensors\": [{\"name\": \"a\", \"dtype\": \"F32\"}]}", "dtype"), ("{\"Tensors\": []}", "Tensors"),
    ("{\"\": 1}", ""),
  ])
  func anUnknownKeyIsRefusedAndNotPassedOver(text: String, key: String) {
    #expect(judge(text) == .breaks(.unknownKey(key)))
  }

  @Test func aTensorWithoutANameOrAShapeIsRefused() {
    #expect(
      judge("{\"tensors\": [{\"name\": \"a\", \"shape\": [1]}, {\"shape\": [1]}]}")
        == .breaks(.nameMissing(index: 1)))
    #expect(judge("{\"tensors\": [{\"name\": \"a\"}]}") == .breaks(.shapeMissing(tensor: "a")))
    #expect(judge("{\"tensors\": [{}]}") == .breaks(.nameMissing(index: 0)))
  }

  @Test(
    arguments: [
      ("", .descriptionNotJSON(.endsEarly(at: 0))),
      ("[]", .descriptionNotJSON(.unexpected(found: 0x5B, expected: "an object", at: 0))),
      ("{\"tensors\": {}}", .descriptionNotJSON(.unexpected(found: 0x7B, expected: "an array", at: 12))),
      ("{\"tensors\": [[]]}", .descriptionNotJSON(.unexpected(found: 0x5B, expected: "an object", at: 13))),
      ("{\"tensors\": [{\"name\": 1}]}", .descriptionNotJSON(.unexpected(found: 0x31, expected: "a string", at: 22))),
      ("{\"tensors\": [{\"shape\": 1}]}", .descriptionNotJSON(.unexpected(found: 0x31, expected: "an array", at: 23))),
      ("{\"tensors\": [{\"shape\": [1.0]}]}", .descriptionNotJSON(.notAnUnsignedInteger(at: 24))),
      ("{\"tensors\": [{\"shape\": [-1]}]}", .descriptionNotJSON(.notAnUnsignedInteger(at: 24))),
      ("{\"tensors\": [{\"offset\": 1e3}]}", .descriptionNotJSON(.notAnUnsignedInteger(at: 24))),
      (
        "{\"tensors\": [{\"offset\": null}]}",
        .descriptionNotJSON(.unexpected(found: 0x6E, expected: "a whole number", at: 24))
      ),
      ("{\"byte_order\": 1}", .descriptionNotJSON(.unexpected(found: 0x31, expected: "a string", at: 15))),
      ("{\"tensors\": [{\"name\": \"a\", \"name\": \"b\"}]}", .descriptionNotJSON(.duplicateKey("name", at: 27))),
      ("{\"tensors\": [], \"tensors\": []}", .descriptionNotJSON(.duplicateKey("tensors", at: 16))),
      ("{\"tensors\": [{\"name\": \"a\", \"shape\": [1]}]} 1", .descriptionNotJSON(.trailingBytes(at: 43))),
    ] as [(String, RawCheckpointError)])
  func aDescriptionThatIsNotTheRightJSONIsRefused(text: String, error: RawCheckpointError) {
    #expect(judge(text) == .breaks(error))
  }
}
