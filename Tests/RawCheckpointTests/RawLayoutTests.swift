import RawCheckpoint
import TensorCore
import TestSupport
import Testing

/// Where the tensors of a description stand in a file: the rules that need its size.
struct RawLayoutTests {
  private typealias Tensor = RawDescription.Tensor

  private func judge(_ tensors: [RawDescription.Tensor], size: Int) -> Outcome<RawCheckpointError> {
    outcome { _ = try RawDescription(tensors: tensors).layout(size: size) }
  }

  @Test func tensorsWithoutOffsetsFollowEachOther() throws {
    let tensors = [Tensor(name: "a", dimensions: [2, 3]), Tensor(name: "b", dimensions: [1, 1, 1, 4])]
    let layout = try RawDescription(byteOrder: .big, tensors: tensors).layout(size: 40)
    let shapes = [try #require(Shape(checking: [2, 3])), try #require(Shape(checking: [1, 1, 1, 4]))]
    #expect(
      layout == [
        TensorDescription(
          name: "a", elementType: .f32, shape: shapes[0], byteOrder: .big, offset: 0, byteCount: 24),
        TensorDescription(
          name: "b", elementType: .f32, shape: shapes[1], byteOrder: .big, offset: 24, byteCount: 16),
      ])
  }

  @Test func tensorsWithOffsetsMayStandInAnyOrder() throws {
    let tensors = [
      Tensor(name: "last", dimensions: [1], offset: 12), Tensor(name: "first", dimensions: [2], offset: 0),
      Tensor(name: "middle", dimensions: [1]),
    ]
    let layout = try RawDescription(tensors: tensors).layout(size: 16)
    #expect(layout.map(\.name) == ["first", "middle", "last"])
    #expect(layout.map(\.offset) == [0, 8, 12])
  }

  @Test func anEmptyNameIsRefused() {
    let tensors = [Tensor(name: "a", dimensions: [1]), Tensor(name: "", dimensions: [1])]
    #expect(judge(tensors, size: 8) == .breaks(.nameEmpty(index: 1)))
  }

  @Test func aNameThatIsThereTwiceIsRefused() {
    let tensors = [Tensor(name: "a", dimensions: [1]), Tensor(name: "a", dimensions: [1])]
    #expect(judge(tensors, size: 8) == .breaks(.nameTwice("a")))
  }

  @Test func namesThatOnlyLookEqualAreTwo() {
    let tensors = [Tensor(name: "é", dimensions: [1]), Tensor(name: "e\u{301}", dimensions: [1])]
    #expect(judge(tensors, size: 8) == .accepted)
  }

  @Test(
    arguments: [
      ([], .shapeEmpty(tensor: "a")), ([0], .shapeHasZero(tensor: "a")), ([4, 0, 2], .shapeHasZero(tensor: "a")),
      ([1 << 63], .shapeTooLarge(tensor: "a")), ([1 << 61], .shapeTooLarge(tensor: "a")),
      ([1 << 32, 1 << 32], .shapeTooLarge(tensor: "a")),
      ([4_194_305, 4_194_305, 211_106_198_978_564], .shapeTooLarge(tensor: "a")),
      ([2, 3], .beyondEnd(tensor: "a", end: 24, size: 20)), ([4], .sizeDisagrees(described: 16, size: 20)),
    ] as [([UInt64], RawCheckpointError)])
  func aShapeThatDoesNotFitIsRefused(dimensions: [UInt64], error: RawCheckpointError) {
    #expect(judge([Tensor(name: "a", dimensions: dimensions)], size: 20) == .breaks(error))
  }

  /// formats/raw-fp32.md, rule 5: a shape has 1 to 4 dimensions.
  @Test(arguments: [4, 5, 64])
  func aShapeHasFourDimensionsAtMost(count: Int) {
    let found = judge([Tensor(name: "a", dimensions: Array(repeating: 1, count: count))], size: 4)
    let error = RawCheckpointError.shapeHasTooManyDimensions(tensor: "a", count: count, limit: 4)
    #expect(found == (count <= 4 ? .accepted : .breaks(error)))
  }

  @Test(
    arguments: [
      (4, 8, .overlap(tensor: "b", offset: 4, previousEnd: 8)),
      (0, 8, .overlap(tensor: "b", offset: 0, previousEnd: 8)),
      (9, 13, .gap(from: 8, to: 9, before: "b")), (8, 11, .beyondEnd(tensor: "b", end: 12, size: 11)),
      (8, 13, .sizeDisagrees(described: 12, size: 13)),
      (UInt64(Int.max) - 4, 12, .gap(from: 8, to: Int.max - 4, before: "b")),
      (UInt64(Int.max) - 3, 12, .shapeTooLarge(tensor: "b")), (1 << 63, 12, .shapeTooLarge(tensor: "b")),
      (UInt64.max, 12, .shapeTooLarge(tensor: "b")),
    ] as [(UInt64, Int, RawCheckpointError)])
  func anOffsetThatLeavesTheFileUncoveredIsRefused(offset: UInt64, size: Int, error: RawCheckpointError) {
    let tensors = [Tensor(name: "a", dimensions: [2]), Tensor(name: "b", dimensions: [1], offset: offset)]
    #expect(judge(tensors, size: size) == .breaks(error))
  }

  @Test func theFirstTensorBeginsAtZero() {
    #expect(
      judge([Tensor(name: "a", dimensions: [1], offset: 4)], size: 8) == .breaks(.gap(from: 0, to: 4, before: "a")))
  }

  @Test(arguments: 0..<40)
  func aFileOfAnyOtherSizeIsRefused(size: Int) {
    let tensors = [Tensor(name: "a", dimensions: [2, 3]), Tensor(name: "b", dimensions: [4])]
    let (tensor, end) = size < 24 ? ("a", 24) : ("b", 40)
    #expect(judge(tensors, size: size) == .breaks(.beyondEnd(tensor: tensor, end: end, size: size)))
    #expect(judge(tensors, size: 41 + size) == .breaks(.sizeDisagrees(described: 40, size: 41 + size)))
  }
}
