import GGUF
import TensorCore
import TestSupport
import Testing

/// The rules of a tensor info, one broken at a time in the first tensor of ``GGUFBuilder/small()``, whose info starts
/// at byte 83.
struct TensorInfoErrorTests {
  private func judge(_ change: (inout GGUFBuilder.Tensor) -> Void) throws -> Verdict {
    var builder = GGUFBuilder.small()
    change(&builder.tensors[0])
    return try Verdict(reading: builder)
  }

  // MARK: Names

  @Test func anEmptyNameIsADeviation() throws {
    #expect(try judge { $0.name = [] } == .deviates(.tensorNameEmpty(index: 0)))
  }

  @Test(arguments: [63, 64, 65, 1000])
  func aNameIsLimitedTo64Bytes(length: Int) throws {
    let name = String(repeating: "n", count: length)
    let expected: Verdict = length <= 64 ? .sound : .deviates(.tensorNameTooLong(name, bytes: UInt64(length)))
    #expect(try judge { $0.name = Array(name.utf8) } == expected)
  }

  @Test func aNamesLengthIsCountedInBytes() throws {
    let name = String(repeating: "ä", count: 33)
    #expect(try judge { $0.name = Array(name.utf8) } == .deviates(.tensorNameTooLong(name, bytes: 66)))
  }

  @Test(arguments: [[0xFF], [0xC0, 0x80], [0x77, 0xE2]] as [[UInt8]])
  func aNameThatIsNotUTF8IsRefused(name: [UInt8]) throws {
    #expect(try judge { $0.name = name } == .refused(.tensorNameNotUTF8(at: 83)))
  }

  @Test func aNameWithANULIsADeviation() throws {
    #expect(try judge { $0.name = Array("w\u{0}x".utf8) } == .deviates(.tensorNameHoldsNUL("w\u{0}x")))
  }

  @Test(arguments: ["../w", "a/../b", "..", "/etc/w", "a/.."])
  func aNameThatIsAPathOutOfAFolderIsADeviation(name: String) throws {
    #expect(try judge { $0.name = Array(name.utf8) } == .deviates(.tensorNameIsPath(name)))
  }

  @Test(arguments: ["a..b", "...", "a/b", "blk.0.attn_q.weight", "..w", "Größe \u{1B}[31m"])
  func anyOtherNameIsSound(name: String) throws {
    #expect(try judge { $0.name = Array(name.utf8) } == .sound)
  }

  @Test func aNameThatIsThereTwiceIsADeviation() throws {
    #expect(try judge { $0.name = [0x62] } == .deviates(.tensorTwice("b")))
  }

  @Test func namesThatOnlyLookEqualAreTwo() throws {
    var builder = GGUFBuilder.small()
    builder.tensors[0].name = Array("é".utf8)
    builder.tensors[1].name = Array("e\u{301}".utf8)
    #expect(try Verdict(reading: builder) == .sound)
  }

  // MARK: Dimensions

  @Test(arguments: [0, 5, 9, 1_000_000, 0xFFFF_FFFF] as [UInt32])
  func oneToFourDimensionsAreAllowed(count: UInt32) throws {
    #expect(
      try judge { $0.declaredDimensionCount = count } == .refused(.dimensionCountOutOfRange(tensor: "w", count: count)))
  }

  @Test(arguments: [[0], [5, 0], [0, 2], [0, 1 << 62], [5, 2, 0, 1]] as [[UInt64]])
  func aDimensionOfZeroIsRefused(dimensions: [UInt64]) throws {
    #expect(try judge { $0.dimensions = dimensions } == .refused(.dimensionZero(tensor: "w")))
  }

  @Test(
    arguments: [
      [1 << 63], [UInt64.max], [1 << 32, 1 << 32], [4_194_305, 4_194_305, 211_106_198_978_564], [0, 1 << 32, 1 << 32],
      [1 << 61], [1 << 21, (1 << 42) + 1],
    ] as [[UInt64]])
  func aShapeThatOverflowsIsRefused(dimensions: [UInt64]) throws {
    #expect(
      try judge { $0.dimensions = dimensions }
        == .refused(.shapeTooLarge(tensor: "w", shape: dimensions.reversed())))
  }

  // MARK: Element types

  @Test(arguments: [4, 5, 31, 32, 33, 36, 37, 38] as [UInt32])
  func aRemovedElementTypeIsRefused(id: UInt32) throws {
    #expect(try judge { $0.type = id } == .refused(.elementTypeRemoved(tensor: "w", id: id)))
  }

  @Test(arguments: [43, 1000, 0x7FFF_FFFF, 0xFFFF_FFFF] as [UInt32])
  func anUnknownElementTypeIsRefused(id: UInt32) throws {
    #expect(try judge { $0.type = id } == .refused(.elementTypeUnknown(tensor: "w", id: id)))
  }

  @Test(
    arguments: [
      (2, ElementType.q4_0, 33), (8, .q8_0, 16), (12, .q4_K, 128), (34, .tq1_0, 255), (42, .q2_0, 32),
      (0x0034_464E, .nf4, 63),
    ] as [(UInt32, ElementType, UInt64)])
  func aRowThatIsNotWholeBlocksIsRefused(id: UInt32, type: ElementType, row: UInt64) throws {
    let found = try judge {
      $0.type = id
      // The product is a multiple of every block; each row is not.
      $0.dimensions = [row, 256]
    }
    #expect(found == .refused(.rowNotWholeBlocks(tensor: "w", row: Int(row), type: type)))
  }

  // MARK: Offsets

  @Test(arguments: [1, 16, 31] as [UInt64])
  func anOffsetThatIsNotAlignedIsADeviation(offset: UInt64) throws {
    #expect(
      try judge { $0.offset = offset }.deviations.first
        == .offsetUnaligned(tensor: "w", offset: offset, alignment: 32))
  }

  @Test(arguments: [1 << 63, UInt64.max, UInt64.max - 31, UInt64(Int.max) - 31])
  func anOffsetThatOverflowsIsRefused(offset: UInt64) throws {
    #expect(
      try judge { $0.offset = offset } == .refused(.extentTooLarge(tensor: "w", offset: offset, bytes: 40)))
  }

  /// The first pair's sizes wrap when they are added; in the second one the first tensor alone is too large for the
  /// header that stands before it.
  @Test(arguments: [(0x7FFF_FFFF_FFFF_FF00, "b"), (0x7FFF_FFFF_FFFF_FFC0, "a")] as [(UInt64, String)])
  func twoTensorsWhoseSizesWrapAreRefused(size: UInt64, culprit: String) throws {
    var builder = GGUFBuilder()
    for (name, offset) in [("a", 0), ("b", size)] {
      builder.addTensor(name, [size], type: 24, payload: [], offset: offset)
    }
    let expected = GGUFError.extentTooLarge(tensor: culprit, offset: culprit == "a" ? 0 : size, bytes: Int(size))
    #expect(try Verdict(reading: builder).outcome == .breaks(expected))
  }
}
