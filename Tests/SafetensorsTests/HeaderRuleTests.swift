import Safetensors
import StrictJSON
import TensorCore
import TestSupport
import Testing

/// The rules of a header, one broken at a time, in the file of ``SafetensorsBuilder/small()``: `a` F32 `[2, 2]` at
/// 0..<16, `b` I8 `[5]` at 16..<21, `c` F16 `[3, 1]` at 21..<27.
struct HeaderRuleTests {
  private func judge(_ builder: SafetensorsBuilder) -> Outcome<SafetensorsError> {
    outcome { _ = try SafetensorsHeader(json: builder.json, dataStart: 1000, dataSize: builder.data.count) }
  }

  /// Where `text` starts in the header.
  private func offset(of text: String, in builder: SafetensorsBuilder) throws -> Int {
    let json = String(decoding: builder.json, as: UTF8.self)
    return json.utf8.distance(from: json.startIndex, to: try #require(json.firstRange(of: text)).lowerBound)
  }

  @Test func theFileThatIsBrokenBelowIsAccepted() {
    #expect(judge(.small()) == .accepted)
  }

  @Test(
    arguments: [
      ("dtype", .dtypeMissing(tensor: "b")), ("shape", .shapeMissing(tensor: "b")),
      ("data_offsets", .offsetsMissing(tensor: "b")),
    ] as [(String, SafetensorsError)])
  func aTensorWithoutAFieldIsRefused(key: String, error: SafetensorsError) {
    var builder = SafetensorsBuilder.small()
    builder.set(key, of: "b", to: nil)
    #expect(judge(builder) == .breaks(error))
  }

  @Test(arguments: ["F31", "f32", "", "Q8_0", "F32 ", "\\u0046\\u0033\\u0031"])
  func anUnknownDtypeIsRefused(dtype: String) {
    var builder = SafetensorsBuilder.small()
    builder.set("dtype", of: "b", to: "\"\(dtype)\"")
    let name = dtype.hasPrefix("\\") ? "F31" : dtype
    #expect(judge(builder) == .breaks(.dtypeUnknown(tensor: "b", dtype: name)))
  }

  @Test(arguments: [
    ("[]", 0), ("[16]", 1), ("[16, 21, 21]", 3), ("[16, 21, 21, 21]", 4),
  ])
  func offsetsThatAreNoPairAreRefused(offsets: String, count: Int) {
    var builder = SafetensorsBuilder.small()
    builder.set("data_offsets", of: "b", to: offsets)
    #expect(judge(builder) == .breaks(.offsetsNotAPair(tensor: "b", count: count)))
  }

  @Test(
    arguments: [
      ("shape", "[9223372036854775808]", .shapeTooLarge(tensor: "b", shape: [1 << 63])),
      ("shape", "[4294967296, 4294967296]", .shapeTooLarge(tensor: "b", shape: [1 << 32, 1 << 32])),
      ("shape", "[0, 4294967296, 4294967296]", .shapeTooLarge(tensor: "b", shape: [0, 1 << 32, 1 << 32])),
      (
        "shape", "[4194305, 4194305, 211106198978564]",
        .shapeTooLarge(tensor: "b", shape: [4_194_305, 4_194_305, 211_106_198_978_564])
      ),
      ("shape", "[6]", .extentDisagrees(tensor: "b", expected: 6, found: 5)),
      ("shape", "[0]", .extentDisagrees(tensor: "b", expected: 0, found: 5)),
      ("shape", "[]", .extentDisagrees(tensor: "b", expected: 1, found: 5)),
      ("dtype", "\"I16\"", .extentDisagrees(tensor: "b", expected: 10, found: 5)),
      ("dtype", "\"F4\"", .shapeNotWholeBytes(tensor: "b", dtype: "F4", elements: 5)),
      ("dtype", "\"F6_E2M3\"", .shapeNotWholeBytes(tensor: "b", dtype: "F6_E2M3", elements: 5)),
      ("data_offsets", "[21, 16]", .offsetsReversed(tensor: "b", begin: 21, end: 16)),
      (
        "data_offsets", "[18446744073709551615, 0]",
        .offsetsReversed(tensor: "b", begin: UInt64.max, end: 0)
      ),
      ("data_offsets", "[23, 28]", .offsetsBeyondEnd(tensor: "b", end: 28, data: 27)),
      (
        "data_offsets", "[18446744073709551610, 18446744073709551615]",
        .offsetsBeyondEnd(tensor: "b", end: UInt64.max, data: 27)
      ),
      ("data_offsets", "[16, 20]", .extentDisagrees(tensor: "b", expected: 5, found: 4)),
      ("data_offsets", "[15, 20]", .overlap(tensor: "b", 15..<20, other: "a", 0..<16)),
      ("data_offsets", "[17, 22]", .hole(from: 16, to: 17, before: "b")),
      ("data_offsets", "[0, 5]", .overlap(tensor: "a", 0..<16, other: "b", 0..<5)),
    ] as [(String, String, SafetensorsError)])
  func aTensorThatDisagreesWithItselfOrTheDataIsRefused(key: String, json: String, error: SafetensorsError) {
    var builder = SafetensorsBuilder.small()
    builder.set(key, of: "b", to: json)
    #expect(judge(builder) == .breaks(error))
  }

  @Test func bytesThatOverflowAreRefused() {
    var builder = SafetensorsBuilder.small()
    builder.set("shape", of: "a", to: "[2305843009213693952]")
    #expect(judge(builder) == .breaks(.shapeTooLarge(tensor: "a", shape: [1 << 61])))
  }

  @Test(arguments: [63, 64, 65])
  func dimensionsAreLimited(count: Int) {
    var builder = SafetensorsBuilder.small()
    let shape = (0..<count).map { $0 == 3 ? "5" : "1" }.joined(separator: ", ")
    builder.set("shape", of: "b", to: "[\(shape)]")
    let expected: Outcome<SafetensorsError> =
      count <= 64 ? .accepted : .breaks(.shapeHasTooManyDimensions(tensor: "b", limit: 64))
    #expect(judge(builder) == expected)
  }

  @Test func dataThatStartsLateIsRefused() {
    var builder = SafetensorsBuilder.small()
    builder.members.removeFirst()
    #expect(judge(builder) == .breaks(.hole(from: 0, to: 16, before: "b")))
  }

  @Test func dataThatNoTensorHasIsRefused() {
    var builder = SafetensorsBuilder.small()
    builder.data.append(0)
    #expect(judge(builder) == .breaks(.dataLeftOver(from: 27, to: 28)))
    builder.members = []
    #expect(judge(builder) == .breaks(.dataLeftOver(from: 0, to: 28)))
  }

  @Test func tenThousandTensorsOverTheSameBytesAreRefused() {
    var builder = SafetensorsBuilder()
    for number in 0..<10_000 {
      builder.members.append(
        .init(name: "t\(number)", fields: [("dtype", "\"U8\""), ("shape", "[4]"), ("data_offsets", "[0, 4]")]))
    }
    builder.data = [1, 2, 3, 4]
    #expect(judge(builder) == .breaks(.overlap(tensor: "t1", 0..<4, other: "t0", 0..<4)))
  }

  @Test(arguments: [
    ("dtype", "5", UInt8(ascii: "5"), "a string"), ("dtype", "null", UInt8(ascii: "n"), "a string"),
    ("shape", "5", UInt8(ascii: "5"), "an array"), ("shape", "{}", UInt8(ascii: "{"), "an array"),
    ("shape", "[\"5\"]", UInt8(ascii: "\""), "a whole number"), ("data_offsets", "null", UInt8(ascii: "n"), "an array"),
    ("data_offsets", "[[16, 21]]", UInt8(ascii: "["), "a whole number"),
  ])
  func aFieldOfAnotherTypeIsRefused(key: String, json: String, found: UInt8, expected: String) throws {
    var builder = SafetensorsBuilder.small()
    builder.set(key, of: "b", to: json)
    let inside = json.hasPrefix("[") ? 1 : 0
    let at =
      try offset(of: "\"b\"", in: builder)
      + offset(of: json + (key == "data_offsets" ? "}" : ","), in: builder) - offset(of: "\"b\"", in: builder) + inside
    #expect(
      judge(builder) == .breaks(.entryMalformed(tensor: "b", .unexpected(found: found, expected: expected, at: at))))
  }

  @Test(arguments: ["-5", "5.0", "5e0", "18446744073709551616"])
  func aDimensionThatIsNoWholeNumberIsRefused(number: String) throws {
    var builder = SafetensorsBuilder.small()
    builder.set("shape", of: "b", to: "[\(number)]")
    let at = try offset(of: number + "]", in: builder)
    #expect(judge(builder) == .breaks(.entryMalformed(tensor: "b", .notAnUnsignedInteger(at: at))))
  }

  @Test func aTensorThatIsNoObjectIsRefused() {
    var builder = SafetensorsBuilder()
    builder.header = Array("{\"a\": [1]}".utf8)
    #expect(
      judge(builder)
        == .breaks(.entryMalformed(tensor: "a", .unexpected(found: UInt8(ascii: "["), expected: "an object", at: 6))))
  }

  @Test func aFieldGivenTwiceIsRefused() throws {
    var builder = SafetensorsBuilder.small()
    builder.members[1].fields.append(("dtype", "\"I8\""))
    let last = try offset(of: "21], \"dtype\"", in: builder) + 5
    #expect(judge(builder) == .breaks(.entryMalformed(tensor: "b", .duplicateKey("dtype", at: last))))
  }

  @Test func aTensorGivenTwiceIsRefused() throws {
    var builder = SafetensorsBuilder.small()
    builder.members[2].name = "\\u0061"
    let at = try offset(of: "\"\\u0061\"", in: builder)
    #expect(judge(builder) == .breaks(.headerNotJSON(.duplicateKey("a", at: at))))
  }

  @Test func namesThatOnlyLookEqualAreTwoTensors() {
    var builder = SafetensorsBuilder.small()
    builder.members[0].name = "é"
    builder.members[1].name = "e\\u0301"
    #expect(judge(builder) == .accepted)
  }

  @Test func fieldsThatTheFormatDoesNotKnowArePassedOver() {
    var builder = SafetensorsBuilder.small()
    builder.members[1].fields.insert(("comment", "{\"a\": [1, {}, null]}"), at: 1)
    #expect(judge(builder) == .accepted)
  }
}
