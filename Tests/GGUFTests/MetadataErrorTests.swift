import GGUF
import TensorCore
import TestSupport
import Testing

/// The rules of metadata, one broken at a time. A file has one pair, whose key's length stands at 24, its key at 32.
struct MetadataErrorTests {
  private func judge(_ key: String, _ value: GGUFBuilder.Value) throws -> Verdict {
    try judge(Array(key.utf8), value)
  }

  private func judge(_ key: [UInt8], _ value: GGUFBuilder.Value) throws -> Verdict {
    var builder = GGUFBuilder()
    builder.pairs = [.init(key: key, value: value)]
    return try Verdict(reading: builder)
  }

  // MARK: Keys

  @Test(
    arguments: [
      ("a", nil), ("general.architecture", nil), ("a-b_c.0.9", nil), ("a..b", "a..b"), (".a", ".a"), ("a.", "a."),
      ("General", "General"), ("a b", "a b"), ("größe", "größe"), ("a\nb", "a\nb"), ("a/b", "a/b"),
    ] as [(String, String?)])
  func aKeyThatIsNotLowerSnakeCaseIsADeviation(key: String, named: String?) throws {
    #expect(try judge(key, .u8(1)) == (named.map { .deviates(.keyNotLowerSnakeCase($0)) } ?? .sound))
    #expect(GGUFKey.isLowerSnakeCase(key) == (named == nil))
  }

  @Test func anEmptyKeyIsADeviation() throws {
    #expect(try judge("", .u8(1)) == .deviates(.keyEmpty(at: 24)))
  }

  @Test func aKeyWithANULIsADeviation() throws {
    #expect(try judge("a\u{0}b", .u8(1)) == .deviates(.keyHoldsNUL("a\u{0}b")))
  }

  @Test(arguments: [65_535, 65_536])
  func aKeyIsLimited(length: Int) throws {
    let key = String(repeating: "k", count: length)
    let expected: Verdict = length == 65_535 ? .sound : .deviates(.keyTooLong(bytes: UInt64(length), at: 24))
    #expect(try judge(key, .u8(1)) == expected)
  }

  @Test(arguments: [[0xFF], [0x61, 0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80]] as [[UInt8]])
  func aKeyThatIsNotUTF8IsRefused(key: [UInt8]) throws {
    #expect(try judge(key, .u8(1)) == .refused(.keyNotUTF8(at: 24)))
  }

  @Test(arguments: [1 << 20, 1 << 63, UInt64.max, UInt64.max - 31])
  func aKeyThatIsLongerThanTheFileIsRefused(length: UInt64) throws {
    var bytes = Array("GGUF".utf8)
    bytes.append(number: UInt32(3))
    bytes.append(number: UInt64(0))
    bytes.append(number: UInt64(1))
    bytes.append(number: length)
    bytes += [UInt8](repeating: 0x61, count: 100)
    #expect(
      try Verdict(reading: bytes)
        == .refused(.endsEarly(what: "a metadata key", at: 32, needs: length, size: 132)))
  }

  @Test(arguments: [GGUFBuilder.Value.u8(1), .u8(2), .string("x")])
  func aKeyThatIsThereTwiceIsADeviationAndTheFirstOneCounts(second: GGUFBuilder.Value) throws {
    var builder = GGUFBuilder()
    builder.add("a", .u8(1))
    builder.add("a", second)
    let file = try GGUFFile(reading: builder.build())
    #expect(file.deviations == [.keyTwice("a")])
    #expect(file.metadata["a"] == .uint8(1))
    #expect(file.metadata.entries.count == 2)
  }

  // MARK: Values

  @Test(arguments: [13, 255, 1 << 31, 0xFFFF_FFFF] as [UInt32])
  func anUnknownTypeIsRefused(type: UInt32) throws {
    #expect(
      try judge("k", .raw(type: type, [0, 0, 0, 0])) == .refused(.valueTypeUnknown(key: "k", type: type, at: 33)))
    #expect(try judge("k", .array(of: type, [])) == .refused(.arrayTypeUnknown(key: "k", type: type, at: 37)))
  }

  @Test(arguments: [2, 7, 255] as [UInt8])
  func aBoolThatIsNotZeroOrOneIsADeviation(byte: UInt8) throws {
    #expect(try judge("k", .bool(byte)) == .deviates(.boolNotZeroOrOne(key: "k", value: byte, at: 37)))
    #expect(
      try judge("k", .array(of: 7, [.bool(1), .bool(0), .bool(byte), .bool(9)]))
        == .deviates(.boolNotZeroOrOne(key: "k", value: byte, at: 37 + 12 + 2)))
  }

  @Test(arguments: [[0xFF], [0x61, 0xE2, 0x82], [0xC0, 0xAF], [0xED, 0xA0, 0x80]] as [[UInt8]])
  func aStringThatIsNotUTF8IsADeviation(bytes: [UInt8]) throws {
    #expect(try judge("k", .bytes(bytes)) == .deviates(.stringNotUTF8(key: "k", at: 37)))
    #expect(
      try judge("k", .array(of: 8, [.string("abc"), .bytes(bytes)]))
        == .deviates(.stringNotUTF8(key: "k", at: 37 + 12 + 8 + 3)))
  }

  @Test(arguments: [1 << 16, 1 << 20], [0, 65_000, 65_535])
  func ofALongStringThatIsNotUTF8TheStartIsKept(length: Int, bad: Int) throws {
    var builder = GGUFBuilder()
    var text = Array(String(repeating: "a\u{E9}\u{1F600}", count: length / 7 + 1).utf8.prefix(length))
    text[bad] = 0xFF
    builder.add("k", .bytes(text))
    builder.add("array", .array(of: 8, [.string("a"), .bytes(text), .string("b")]))
    builder.add("after", .u8(7))
    let file = try GGUFFile(reading: builder.build())
    let arrayAt = 37 + 8 + length + (8 + 5 + 4)
    #expect(
      file.deviations == [
        .stringNotUTF8(key: "k", at: 37), .stringNotUTF8(key: "array", at: arrayAt + 12 + 9),
      ])
    #expect((1..<(3 << 16)).contains(file.metadata.string("k")?.utf8.count ?? 0))
    guard case .array(let array)? = file.metadata["array"] else { return #expect(Bool(false), "no array") }
    #expect(array.count == 3 && array.bytes.count <= 26 + (1 << 16))
    #expect(array.compactMap { if case .string(let text) = $0 { text.utf8.first } else { nil } }.count == 3)
    #expect(file.metadata["after"] == .uint8(7))
  }

  @Test(arguments: (0..<8).map { (1 << 16) - 4 + $0 })
  func aLongStringIsReadWholeWhereverACharacterEnds(start: Int) throws {
    let text = String(repeating: "x", count: start) + String(repeating: "\u{1F600}\u{E9}", count: 50_000)
    var builder = GGUFBuilder()
    builder.add("k", .string(text))
    builder.add("after", .u8(7))
    let file = try GGUFFile(reading: builder.build())
    #expect(file.deviations.isEmpty && file.metadata.string("k") == text && file.metadata["after"] == .uint8(7))
  }

  @Test(arguments: [4, 1 << 20, 1 << 63, UInt64.max])
  func aStringThatIsLongerThanTheFileIsRefused(length: UInt64) throws {
    #expect(
      try judge("k", .bytes([1, 2, 3], length: length))
        == .refused(.endsEarly(what: "the value of \"k\"", at: 45, needs: length, size: 48)))
    #expect(
      try judge("k", .array(of: 8, [.bytes([1, 2, 3], length: length)]))
        == .refused(.endsEarly(what: "a string of \"k\"", at: 57, needs: length, size: 60)))
  }

  /// Counts above what is left, above what a signed number holds, and such as overflow when multiplied by the size.
  @Test(arguments: [0, 2, 4, 8, 9, 10] as [UInt32], [25, 1 << 32, 1 << 61, 1 << 62, 1 << 63, UInt64.max])
  func anArrayThatTheFileCannotHoldIsRefused(type: UInt32, count: UInt64) throws {
    let padding = GGUFBuilder.Value.raw(type: 0, [UInt8](repeating: 0, count: 24))
    #expect(
      try judge("k", .array(of: type, [padding], count: count))
        == .refused(.arrayCountImpossible(key: "k", count: count, at: 37, size: 73)))
  }

  @Test(arguments: [(0, 24, 24), (2, 24, 12), (4, 24, 6), (10, 24, 3)] as [(UInt32, Int, UInt64)])
  func anArrayThatFillsTheFileIsRead(type: UInt32, byteCount: Int, count: UInt64) throws {
    let elements = GGUFBuilder.Value.raw(type: 0, [UInt8](repeating: 1, count: byteCount))
    #expect(try judge("k", .array(of: type, [elements], count: count)) == .sound)
    #expect(
      try judge("k", .array(of: type, [elements], count: count + 1))
        == .refused(.arrayCountImpossible(key: "k", count: count + 1, at: 37, size: 73)))
  }

  @Test(arguments: [1, 4, 5, 250, 100_000])
  func arraysAreNestedFourDeepAtMost(depth: Int) throws {
    var bytes: [UInt8] = []
    for level in 1...depth {
      bytes.append(number: UInt32(level == depth ? 4 : 9))
      bytes.append(number: UInt64(level == depth ? 0 : 1))
    }
    let expected: Verdict = depth <= 4 ? .sound : .refused(.arrayTooDeep(key: "k", at: 37 + 4 * 12))
    #expect(try judge("k", .raw(type: 9, bytes)) == expected)
  }

  // MARK: The alignment

  @Test(
    arguments: [
      (.u64(32), "u64"), (.i32(32), "i32"), (.f32(32), "f32"), (.string("32"), "str"),
      (.array(of: 4, [.u32(32)]), "arr"),
    ] as [(GGUFBuilder.Value, String)])
  func anAlignmentOfAnotherTypeIsRefused(value: GGUFBuilder.Value, type: String) throws {
    #expect(try judge("general.alignment", value) == .refused(.alignmentWrongType(type)))
  }

  @Test(arguments: [0, 3, 24, 33, 0xFFFF_FFFF] as [UInt32])
  func anAlignmentThatIsNoPowerOfTwoIsRefused(value: UInt32) throws {
    #expect(try judge("general.alignment", .u32(value)) == .refused(.alignmentNotPowerOfTwo(value)))
  }

  @Test(arguments: [1 << 22, 1 << 30, 1 << 31] as [UInt32])
  func anAlignmentThatIsTooLargeIsRefused(value: UInt32) throws {
    #expect(try judge("general.alignment", .u32(value)) == .refused(.alignmentTooLarge(value)))
  }

  @Test(arguments: [1, 2, 4] as [UInt32])
  func anAlignmentThatIsNoMultipleOf8IsADeviation(value: UInt32) throws {
    #expect(try judge("general.alignment", .u32(value)) == .deviates(.alignmentNotMultipleOf8(value)))
  }

  @Test(arguments: [8, 16, 32, 64, 4096, 1 << 20, 1 << 21] as [UInt32])
  func anyOtherPowerOfTwoIsAnAlignment(value: UInt32) throws {
    #expect(try judge("general.alignment", .u32(value)) == .sound)
  }
}
