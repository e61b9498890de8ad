import GGUF
import TensorCore
import TestSupport
import Testing

/// Where tensors stand in the data: overlaps, gaps, what follows them, and what is between them.
struct DataLayoutTests {
  /// Three I8 tensors, `a`, `b` and `c`, of 40 bytes each, at the offsets given.
  private func builder(_ offsets: UInt64...) -> GGUFBuilder {
    var builder = GGUFBuilder()
    for (name, offset) in zip(["a", "b", "c"], offsets) {
      builder.addTensor(name, [40], type: 24, payload: [UInt8](repeating: 7, count: 40), offset: offset)
    }
    return builder
  }

  @Test(
    arguments: [
      ([0, 64, 128], []), ([128, 0, 64], []),
      ([0, 32, 128], [.overlap(tensor: "b", 32..<72, other: "a", 0..<40), .gap(from: 72, to: 128, before: "c")]),
      (
        [0, 0, 0],
        [
          .overlap(tensor: "b", 0..<40, other: "a", 0..<40), .overlap(tensor: "c", 0..<40, other: "b", 0..<40),
          .trailingBytes(from: 168, size: 320),
        ]
      ),
      ([32, 96, 128], [.gap(from: 0, to: 32, before: "a"), .overlap(tensor: "c", 128..<168, other: "b", 96..<136)]),
      ([0, 64, 160], [.extentBeyondEnd(tensor: "c", end: 200, data: 192), .gap(from: 104, to: 160, before: "c")]),
    ] as [([UInt64], [GGUFError])])
  func tensorsHaveTheirBytesForThemselvesAndLeaveNone(offsets: [UInt64], expected: [GGUFError]) throws {
    let builder = builder(offsets[0], offsets[1], offsets[2])
    #expect(builder.build().count == 128 + 192)
    let found = try Verdict(reading: builder)
    #expect(found.outcome == .accepted)
    #expect(found.deviations == expected)
  }

  @Test func tensorsAreListedInTheOrderOfTheirData() throws {
    let file = try GGUFFile(reading: builder(128, 0, 64).build())
    #expect(file.tensors.map(\.name) == ["b", "c", "a"])
    #expect(file.tensors.map(\.offset) == [0, 64, 128].map { file.dataStart + $0 })
  }

  @Test func seventyFiveTensorsOverTheSameBytesAreAllNamed() throws {
    var builder = GGUFBuilder()
    for number in 0..<75 { builder.addTensor("t\(number)", [8], type: 24, payload: [], offset: 0) }
    builder.trailing = [UInt8](repeating: 0, count: 32)
    let found = try Verdict(reading: builder)
    #expect(found.deviations.count == 74)
    #expect(found.deviations.first == .overlap(tensor: "t1", 0..<8, other: "t0", 0..<8))
  }

  @Test func aTensorInsideALargerOneHidesNothingOfIt() throws {
    var builder = GGUFBuilder()
    builder.addTensor("large", [128], type: 24, payload: [UInt8](repeating: 7, count: 128))
    builder.addTensor("inside", [8], type: 24, payload: [], offset: 32)
    builder.addTensor("also", [8], type: 24, payload: [], offset: 64)
    builder.addTensor("next", [8], type: 24, payload: [UInt8](repeating: 7, count: 8))
    #expect(
      try Verdict(reading: builder)
        == .deviates(
          .overlap(tensor: "inside", 32..<40, other: "large", 0..<128),
          .overlap(tensor: "also", 64..<72, other: "large", 0..<128)))
  }

  @Test(arguments: [1, 20, 1000])
  func bytesBehindTheLastPaddingAreADeviation(count: Int) throws {
    var builder = GGUFBuilder.small()
    builder.trailing = [UInt8](repeating: 0, count: count)
    #expect(try Verdict(reading: builder) == .deviates(.trailingBytes(from: 236, size: 256 + count)))
  }

  @Test func theLastPaddingMayBeMissing() throws {
    var builder = GGUFBuilder.small()
    builder.padsLastTensor = false
    #expect(builder.build().count == 236)
    #expect(try Verdict(reading: builder) == .sound)
  }

  @Test func aFileWithoutTensorsEndsBehindItsHeader() throws {
    #expect(try Verdict(reading: GGUFBuilder()) == .sound)
    var builder = GGUFBuilder.small()
    builder.tensors = []
    let file = try GGUFFile(reading: builder.build())
    #expect(file.deviations == [])
    #expect(file.tensors == [])
    #expect(file.dataStart == 83)
  }

  /// A header of 24 bytes, and zeros: up to 8 of them are padding.
  @Test(arguments: [(0, false), (8, false), (9, true), (31, true), (32, true), (1000, true)])
  func bytesBehindAHeaderWithoutTensorsAreADeviation(count: Int, deviates: Bool) throws {
    var builder = GGUFBuilder()
    builder.trailing = [UInt8](repeating: 0, count: count)
    let expected: Verdict = deviates ? .deviates(.trailingBytes(from: 24, size: 24 + count)) : .sound
    #expect(try Verdict(reading: builder) == expected)
  }

  @Test func paddingBehindAHeaderWithoutTensorsIsZero() throws {
    var builder = GGUFBuilder()
    builder.trailing = [0, 0, 3, 0, 0, 0, 0, 0]
    #expect(try Verdict(reading: builder) == .deviates(.headerPaddingNotZero(at: 26)))
  }

  // MARK: Padding between tensors

  @Test func paddingOfZerosIsFound() throws {
    try GGUFFile(reading: GGUFBuilder.small().build()).requireZeroPadding()
    var builder = GGUFBuilder.small()
    builder.padsLastTensor = false
    try GGUFFile(reading: builder.build()).requireZeroPadding()
  }

  /// `w` ends at 200 and `b` begins at 224; `b` ends at 236, the file at 256.
  @Test(arguments: [(200, "w"), (223, "w"), (236, "b"), (255, "b")])
  func paddingThatIsNotZeroIsRefused(at: Int, tensor: String) throws {
    var bytes = GGUFBuilder.small().build()
    bytes[at] = 1
    let file = try GGUFFile(reading: bytes)
    #expect(file.deviations == [])
    #expect(
      outcome { try file.requireZeroPadding() } == .breaks(GGUFError.paddingNotZero(tensor: tensor, at: at)))
  }

  /// Tensors of 1 to 33 bytes have 31 to 0 bytes of padding, or 31 again.
  @Test(arguments: [1, 2, 31, 32, 33])
  func paddingOfAnyLengthIsLookedAt(byteCount: Int) throws {
    var builder = GGUFBuilder()
    let payload = [UInt8](repeating: 7, count: byteCount)
    builder.addTensor("a", [UInt64(byteCount)], type: 24, payload: payload)
    builder.addTensor("b", [32], type: 24, payload: [UInt8](repeating: 7, count: 32))
    builder.dataPadding = 1
    let file = try GGUFFile(reading: builder.build())
    let end = file.dataStart + byteCount
    let expected: Outcome<GGUFError> =
      byteCount == 32 ? .accepted : .breaks(.paddingNotZero(tensor: "a", at: end))
    #expect(outcome { try file.requireZeroPadding() } == expected)
  }

  @Test(arguments: [199, 224, 235])
  func weightsAreNoPadding(at: Int) throws {
    var bytes = GGUFBuilder.small().build()
    bytes[at] = 0xFF
    try GGUFFile(reading: bytes).requireZeroPadding()
  }

  // MARK: Alignment

  @Test(arguments: [8, 16, 64, 4096])
  func theAlignmentOfTheFileHolds(alignment: Int) throws {
    var builder = GGUFBuilder.small()
    builder.alignment = alignment
    builder.add("general.alignment", .u32(UInt32(alignment)))
    let file = try GGUFFile(reading: builder.build())
    #expect(file.deviations == [])
    #expect(file.alignment == alignment)
    #expect(file.dataStart % alignment == 0)
    #expect(file.tensors.map { $0.offset - file.dataStart } == [0, (40 + alignment - 1) / alignment * alignment])
    #expect(try file.payload(file.tensors[1]) == Array(101...112))
  }
}
