import GGUF
import TensorCore
import TestSupport
import Testing

/// What the writer lays out.
struct GGUFLayoutTests {
  private typealias Tensor = GGUFLayout.Tensor

  private static func shape(_ dimensions: UInt64...) throws -> Shape {
    try #require(Shape(checking: dimensions))
  }

  /// The file of a layout, each tensor filled with its number, counted from 1.
  private func file(_ layout: GGUFLayout) -> [UInt8] {
    var bytes = layout.header
    for (number, place) in layout.places.enumerated() {
      bytes += [UInt8](repeating: UInt8(number + 1), count: place.byteCount)
      bytes += [UInt8](repeating: 0, count: place.padding)
    }
    return bytes
  }

  /// The first worked example of formats/gguf.md.
  @Test func aTinyFileHasTheseBytes() throws {
    var metadata = GGUFMetadata()
    metadata["general.architecture"] = .string("unknown")
    let layout = try GGUFLayout(
      metadata: metadata, tensors: [Tensor(name: "w", elementType: .f32, shape: Self.shape(2, 4))])
    let header = """
      47 47 55 46 03 00 00 00 01 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 14 00 00 00 00 00 00 00
      67 65 6e 65 72 61 6c 2e 61 72 63 68 69 74 65 63 74 75 72 65 08 00 00 00 07 00 00 00 00 00 00 00
      75 6e 6b 6e 6f 77 6e 01 00 00 00 00 00 00 00 77 02 00 00 00 04 00 00 00 00 00 00 00 02 00 00 00
      00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
      """
    #expect(layout.header == [UInt8](hex: header), "\(layout.header.hex)")
    #expect(layout.places.map { [$0.offset, $0.byteCount, $0.padding] } == [[128, 32, 0]])
    #expect(layout.fileSize == 160)
    #expect(layout.alignment == 32)
  }

  @Test func anEmptyFileIsAHeaderAndItsPadding() throws {
    let layout = try GGUFLayout(metadata: GGUFMetadata(), tensors: [])
    #expect(layout.header == [UInt8](hex: "47 47 55 46 03 00 00 00") + [UInt8](repeating: 0, count: 24))
    #expect(layout.fileSize == 32)
    #expect(try Verdict(reading: layout.header) == .sound)
  }

  @Test(arguments: [nil, 8, 64, 4096] as [UInt32?])
  func tensorsStandInTheOrderGivenAndAreAligned(declared: UInt32?) throws {
    let alignment = Int(declared ?? 32)
    var metadata = GGUFMetadata()
    if let declared { metadata["general.alignment"] = .uint32(declared) }
    let layout = try GGUFLayout(
      metadata: metadata,
      tensors: [
        Tensor(name: "z", elementType: .f32, shape: Self.shape(3)),
        Tensor(name: "a", elementType: .q8_0, shape: Self.shape(2, 32)),
        Tensor(name: "m", elementType: .q4_K, shape: Self.shape(2, 1, 3, 256)),
        Tensor(name: "b", elementType: .i8, shape: Self.shape(1)),
      ])
    #expect(layout.alignment == alignment)
    #expect(layout.header.count % alignment == 0)
    #expect(layout.places.map(\.byteCount) == [12, 68, 864, 1])
    var next = layout.header.count
    for place in layout.places {
      #expect(place.offset == next)
      #expect((0..<alignment).contains(place.padding))
      next += place.byteCount + place.padding
      #expect(next % alignment == 0)
    }
    #expect(layout.fileSize == next)

    let read = try GGUFFile(reading: file(layout))
    #expect(read.deviations == [])
    #expect(read.alignment == alignment)
    #expect(read.dataStart == layout.header.count)
    #expect(read.tensors.map(\.name) == ["z", "a", "m", "b"])
    #expect(read.tensors.map(\.offset) == layout.places.map(\.offset))
    #expect(read.tensors.map(\.shape.dimensions) == [[3], [2, 32], [2, 1, 3, 256], [1]])
    for (number, tensor) in read.tensors.enumerated() {
      #expect(try read.payload(tensor).allSatisfy { $0 == UInt8(number + 1) })
    }
    try read.requireZeroPadding()
  }

  @Test func theSameInputGivesTheSameBytes() throws {
    var metadata = GGUFMetadata()
    for number in 0..<50 { metadata["key.\(number)"] = .string("value \(number)") }
    let tensors = try (0..<50).map { Tensor(name: "t\($0)", elementType: .f16, shape: try Self.shape(3, 5)) }
    let first = try GGUFLayout(metadata: metadata, tensors: tensors)
    let second = try GGUFLayout(metadata: metadata, tensors: tensors)
    #expect(first.header == second.header)
    #expect(first.places == second.places)
  }

  // MARK: What GGUF cannot hold

  private func judge(
    _ tensors: [GGUFLayout.Tensor], _ metadata: GGUFMetadata = GGUFMetadata()
  ) -> Outcome<GGUFError> {
    outcome { _ = try GGUFLayout(metadata: metadata, tensors: tensors) }
  }

  @Test(
    arguments: [
      ("", .tensorNameEmpty(index: 1)), ("t", .tensorTwice("t")), ("a\u{0}", .tensorNameHoldsNUL("a\u{0}")),
      (
        String(repeating: "n", count: 65), .tensorNameTooLong(String(repeating: "n", count: 65), bytes: 65)
      ),
    ] as [(String, GGUFError)])
  func aNameThatGGUFCannotHoldIsRefused(name: String, error: GGUFError) throws {
    let tensors = try ["t", name].map { Tensor(name: $0, elementType: .f32, shape: try Self.shape(1)) }
    #expect(judge(tensors) == .breaks(error))
  }

  @Test(arguments: ElementType.allCases.filter { $0.traits.ggufID == nil })
  func aTypeThatGGUFDoesNotHaveIsRefused(type: ElementType) throws {
    let tensors = [Tensor(name: "t", elementType: type, shape: try Self.shape(UInt64(type.blockLength)))]
    #expect(judge(tensors) == .breaks(.elementTypeNotInGGUF(tensor: "t", type: type)))
  }

  /// llama.cpp keeps a terminator in its 64 bytes: formats/gguf.md, "What we write".
  @Test(arguments: [63, 64])
  func aNameHas63BytesAtMost(length: Int) throws {
    let name = String(repeating: "n", count: length)
    let found = judge([Tensor(name: name, elementType: .f32, shape: try Self.shape(1))])
    #expect(found == (length == 63 ? .accepted : .breaks(.tensorNameTooLong(name, bytes: UInt64(length)))))
  }

  @Test(
    arguments: [
      ([], .dimensionCountOutOfRange(tensor: "t", count: 0)),
      ([1, 1, 1, 1, 32], .dimensionCountOutOfRange(tensor: "t", count: 5)), ([0, 32], .dimensionZero(tensor: "t")),
      ([2, 31], .rowNotWholeBlocks(tensor: "t", row: 31, type: .q8_0)),
      ([32, 1], .rowNotWholeBlocks(tensor: "t", row: 1, type: .q8_0)),
      ([1 << 57, 32], .shapeTooLarge(tensor: "t", shape: [1 << 57, 32])),
    ] as [([UInt64], GGUFError)])
  func aShapeThatGGUFCannotHoldIsRefused(dimensions: [UInt64], error: GGUFError) throws {
    let shape = try #require(Shape(checking: dimensions))
    #expect(judge([Tensor(name: "t", elementType: .q8_0, shape: shape)]) == .breaks(error))
  }

  @Test func tensorsThatOverflowTogetherAreRefused() throws {
    let shape = try Self.shape(1 << 60)
    let tensors = (0..<8).map { Tensor(name: "t\($0)", elementType: .i8, shape: shape) }
    #expect(judge(Array(tensors.prefix(3))) == .accepted)
    #expect(judge(tensors) == .breaks(.shapeTooLarge(tensor: "t3", shape: [1 << 60])))
  }

  @Test(
    arguments: [
      (.uint64(32), .alignmentWrongType("u64")), (.uint32(0), .alignmentNotPowerOfTwo(0)),
      (.uint32(48), .alignmentNotPowerOfTwo(48)), (.uint32(1 << 31), .alignmentTooLarge(1 << 31)),
    ] as [(GGUFValue, GGUFError)])
  func anAlignmentThatNoReaderTakesIsRefused(value: GGUFValue, error: GGUFError) {
    var metadata = GGUFMetadata()
    metadata["general.alignment"] = value
    #expect(judge([], metadata) == .breaks(error))
  }
}
