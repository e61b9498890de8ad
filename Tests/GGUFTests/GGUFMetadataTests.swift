import GGUF
import TestSupport
import Testing

struct GGUFMetadataTests {
  private func keys(_ metadata: GGUFMetadata) -> [String] { metadata.entries.map(\.key) }

  @Test func pairsKeepTheOrderInWhichTheyWereAdded() {
    var metadata = GGUFMetadata()
    metadata["z"] = .uint8(1)
    metadata["a"] = .uint8(2)
    metadata["m"] = .uint8(3)
    metadata["z"] = .string("again")
    #expect(keys(metadata) == ["z", "a", "m"])
    #expect(metadata["z"] == .string("again"))
    #expect(metadata["missing"] == nil)
  }

  @Test func settingNilRemovesAPairAndTheOthersAreStillFound() {
    var metadata = GGUFMetadata()
    for (index, key) in ["a", "b", "c", "d"].enumerated() { metadata[key] = .uint8(UInt8(index)) }
    metadata["b"] = nil
    metadata["missing"] = nil
    #expect(keys(metadata) == ["a", "c", "d"])
    #expect(metadata["c"] == .uint8(2))
    #expect(metadata["d"] == .uint8(3))
    metadata["d"] = .bool(true)
    metadata["b"] = .bool(false)
    #expect(keys(metadata) == ["a", "c", "d", "b"])
    #expect(metadata["d"] == .bool(true))
  }

  @Test func removingAKeyThatIsThereTwiceShowsTheSecond() throws {
    var builder = GGUFBuilder()
    for value in 1...2 as ClosedRange<UInt8> { builder.add("a", .u8(value)) }
    var metadata = try GGUFFile(reading: builder.build()).metadata
    #expect(metadata["a"] == .uint8(1))
    metadata["a"] = nil
    #expect(metadata["a"] == .uint8(2))
  }

  @Test func aStringIsFoundOnlyWhereItIsOne() {
    var metadata = GGUFMetadata()
    metadata["s"] = .string("text")
    metadata["n"] = .uint32(1)
    #expect(metadata.string("s") == "text")
    #expect(metadata.string("n") == nil)
    #expect(metadata.string("missing") == nil)
  }

  /// Swift takes the two keys for equal; to the file they are two.
  @Test func keysThatOnlyLookEqualAreTwo() {
    var metadata = GGUFMetadata()
    metadata["é"] = .uint8(1)
    metadata["e\u{301}"] = .uint8(2)
    #expect(metadata.entries.map { Array($0.key.utf8) } == ["é", "e\u{301}"].map { Array($0.utf8) })
    #expect(metadata["é"] == .uint8(1))
    #expect(metadata["e\u{301}"] == .uint8(2))
  }
}
