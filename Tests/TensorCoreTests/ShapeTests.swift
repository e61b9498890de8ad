import TensorCore
import Testing

struct ShapeTests {
  @Test(
    arguments: [
      ([], 1, 1, 1), ([5], 5, 5, 1), ([2, 4], 8, 4, 2), ([8, 3, 3, 16], 1152, 16, 72), ([7, 1], 7, 1, 7),
      ([0, 256], 0, 256, 0), ([256, 0], 0, 0, 0), ([0], 0, 0, 0),
    ] as [([UInt64], Int, Int, Int)])
  func elementsAndRowsAreCounted(dimensions: [UInt64], elements: Int, rowLength: Int, rows: Int) throws {
    let shape = try #require(Shape(checking: dimensions))
    #expect(shape.dimensions == dimensions.map(Int.init))
    #expect(shape.elementCount == elements)
    #expect(shape.rowLength == rowLength)
    #expect(shape.rowCount == rows)
  }

  @Test(
    arguments: [
      [0x7FFF_FFFF_FFFF_FFFF], [1, 0x7FFF_FFFF_FFFF_FFFF, 1], [1 << 31, 1 << 31], [3_037_000_499, 3_037_000_499],
      // 2^63 - 1 is 7^2 x 73 x 127 x 337 x 92737 x 649657.
      [49 * 73 * 127 * 337, 92_737, 649_657],
    ] as [[UInt64]])
  func theLargestShapesFit(dimensions: [UInt64]) {
    #expect(Shape(checking: dimensions)?.elementCount == Int(dimensions.reduce(1, *)))
  }

  @Test(
    arguments: [
      [1 << 63], [UInt64.max], [1 << 32, 1 << 31], [3_037_000_500, 3_037_000_500], [1 << 32, 1 << 32],
      // The product wraps to 4.
      [4_194_305, 4_194_305, 211_106_198_978_564],
      // A zero hides no overflow, wherever it stands.
      [0, 1 << 32, 1 << 32], [1 << 32, 0, 1 << 32], [1 << 32, 1 << 32, 0], [0, 1 << 63],
    ] as [[UInt64]])
  func aShapeThatOverflowsIsRefused(dimensions: [UInt64]) {
    #expect(Shape(checking: dimensions) == nil)
  }

  @Test(
    arguments: [
      ([1, 128], [128]), ([1, 1, 2, 1], [2, 1]), ([2, 1, 3], [2, 1, 3]), ([1, 1], []), ([], []), ([1, 0], [0]),
    ] as [([UInt64], [Int])])
  func outerDimensionsOfOneCanBeLeftOut(dimensions: [UInt64], expected: [Int]) throws {
    let shape = try #require(Shape(checking: dimensions))
    #expect(shape.withoutOuterOnes.dimensions == expected)
    #expect(shape.withoutOuterOnes.elementCount == shape.elementCount)
  }

  @Test func aShapeIsDescribedOutermostFirst() {
    #expect(Shape(checking: [384, 1536])?.description == "[384, 1536]")
    #expect(Shape(checking: [])?.description == "[]")
  }
}
