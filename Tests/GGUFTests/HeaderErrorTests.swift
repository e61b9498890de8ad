import GGUF
import TensorCore
import TestSupport
import Testing

/// The header's fixed part, and what the file is at all.
struct HeaderErrorTests {
  @Test func theFileThatIsBrokenBelowIsSound() throws {
    let bytes = GGUFBuilder.small().build()
    #expect(bytes.count == 256)
    #expect(try Verdict(reading: bytes) == .sound)
  }

  @Test(arguments: ["GGML", "gguf", "FUGG", "PK\u{3}\u{4}", "vers", "<htm", "\u{0}\u{0}\u{0}\u{0}"])
  func anotherMagicIsRefused(magic: String) throws {
    var builder = GGUFBuilder.small()
    builder.magic = Array(magic.utf8)
    #expect(try Verdict(reading: builder) == .refused(.wrongMagic(Array(magic.utf8))))
  }

  @Test(arguments: [0, 1, 4, 5, 0xFFFF_FFFF], [ByteOrder.little, .big])
  func anotherVersionIsRefused(version: UInt32, order: ByteOrder) throws {
    var builder = GGUFBuilder.small()
    (builder.version, builder.order) = (version, order)
    #expect(try Verdict(reading: builder) == .refused(.versionUnsupported(version)))
  }

  @Test func versionOneIsToldTheWayOut() {
    #expect(GGUFError.versionUnsupported(1).description.contains("convert the model again"))
  }

  @Test(arguments: [2, 3] as [UInt32], [ByteOrder.little, .big])
  func versionsTwoAndThreeAreReadInBothOrders(version: UInt32, order: ByteOrder) throws {
    var builder = GGUFBuilder.small()
    (builder.version, builder.order) = (version, order)
    let file = try GGUFFile(reading: builder.build())
    #expect(file.version == version)
    #expect(file.byteOrder == order)
    #expect(file.deviations == [])
    #expect(file.metadata["general.architecture"] == .string("llama"))
    #expect(file.tensors.map(\.shape.dimensions) == [[2, 5], [3]])
    #expect(file.tensors.map(\.byteOrder) == [order, order])
    #expect(try file.payload(file.tensors[1]) == Array(101...112))
  }

  /// 232 bytes follow the counts: at most 9 tensor infos of 24 bytes, or 17 pairs of 13.
  @Test(arguments: [10, 1 << 32, 1 << 60, 0x0AAA_AAAA_AAAA_AAAB, 1 << 63, UInt64.max])
  func aTensorCountThatTheFileCannotHoldIsRefused(count: UInt64) throws {
    var builder = GGUFBuilder.small()
    builder.declaredTensorCount = count
    #expect(try Verdict(reading: builder) == .refused(.tensorCountImpossible(count, size: 256)))
  }

  @Test(arguments: [18, 1 << 32, 1 << 60, 0x13B1_3B13_B13B_13B2, 1 << 63, UInt64.max])
  func aMetadataCountThatTheFileCannotHoldIsRefused(count: UInt64) throws {
    var builder = GGUFBuilder.small()
    builder.declaredPairCount = count
    #expect(try Verdict(reading: builder) == .refused(.metadataCountImpossible(count, size: 256)))
  }

  /// Zeros are tensor infos, and pairs, as short as can be: a changed count makes a hole a header of millions.
  @Test(arguments: [(131_073, 0), (2_700_000, 0), (0, 65_537), (0, 5_000_000)] as [(UInt64, UInt64)])
  func aCountBeyondThatOfAnyModelIsRefused(tensors: UInt64, pairs: UInt64) throws {
    var builder = GGUFBuilder()
    (builder.declaredTensorCount, builder.declaredPairCount) = (tensors, pairs)
    let folder = try TemporaryFolder()
    let path = try folder.writeSparse("many.gguf", builder.build(), size: 98_000_000)
    let expected: GGUFError =
      tensors > 0
      ? .tensorCountTooLarge(tensors, limit: GGUFLimits.tensors)
      : .metadataCountTooLarge(pairs, limit: GGUFLimits.metadataPairs)
    #expect(try Verdict(readingFileAt: path) == .refused(expected))
  }

  /// A pair too many is read where the tensor infos are: the name `w` as the key, the dimension count as the type.
  @Test func aMetadataCountOfOneTooManyIsRefused() throws {
    var builder = GGUFBuilder.small()
    builder.declaredPairCount = 3
    builder.tensors[0].dimensions = Array(repeating: 1, count: 13)
    #expect(try Verdict(reading: builder) == .refused(.valueTypeUnknown(key: "w", type: 13, at: 92)))
  }

  @Test(arguments: 1..<32)
  func paddingBehindTheHeaderThatIsNotZeroIsADeviation(keyLength: Int) throws {
    var builder = GGUFBuilder()
    builder.add(String(repeating: "k", count: keyLength), .u8(1))
    builder.addTensor("t", [1], type: 24, payload: [1])
    builder.headerPadding = 0xAA
    let end = builder.parts().header.count
    let expected: Verdict = end % 32 == 0 ? .sound : .deviates(.headerPaddingNotZero(at: end))
    #expect(try Verdict(reading: builder) == expected)
  }

  @Test func aHeaderAboveTheLimitIsRefusedUnread() throws {
    let folder = try TemporaryFolder()
    var builder = GGUFBuilder()
    builder.add("k", .bytes([], length: 300 << 20))
    let path = try folder.writeSparse("a.gguf", builder.build(), size: 400 << 20)
    #expect(
      Verdict(readingFileAt: path)
        == .refused(.headerTooLong(what: "the value of \"k\"", at: 45, limit: GGUFLimits.headerBytes)))
  }
}
