import MemoryCheckpoints
import TensorCore
import Testing

@testable import Checkpoints

@Suite("The pieces of the work")
struct ChunkListTests {
  @Test(
    "Chunks follow one another without a gap, are no larger than the limit, and hold whole rows or a part of one",
    arguments: [
      [[4, 256]], [[1]], [[300_000]], [[3, 300_001]], [[2, 262_144]], [[7, 262_145]], [[100_000, 3]],
      [[5, 131_073], [2, 2]],
      [[0, 5], [2, 3, 4], [1, 1, 1, 999_999]],
    ] as [[[Int]]])
  func chunks(dimensions: [[Int]]) throws {
    let shapes = dimensions.map(shape)
    let list = ChunkList(shapes)
    var ends = [Int](repeating: 0, count: shapes.count)
    var counts = ends
    for number in 0..<list.count {
      let chunk = list[number]
      let row = shapes[chunk.tensor].rowLength
      #expect(chunk.elements.lowerBound == ends[chunk.tensor])
      #expect(chunk.index == counts[chunk.tensor])
      #expect(!chunk.elements.isEmpty && chunk.elements.count <= ChunkList.chunkElements)
      #expect(chunk.elements.count <= ChunkList.longestChunk(shapes[chunk.tensor]))
      let isWhole = chunk.elements.lowerBound % row == 0 && chunk.elements.upperBound % row == 0
      #expect(isWhole || chunk.elements.lowerBound / row == (chunk.elements.upperBound - 1) / row)
      ends[chunk.tensor] = chunk.elements.upperBound
      counts[chunk.tensor] += 1
      #expect(chunk.isLast == (chunk.elements.upperBound == shapes[chunk.tensor].elementCount))
    }
    #expect(ends == shapes.map(\.elementCount))
  }

  @Test("A part of a long row begins with a block of any type")
  func blocks() {
    let list = ChunkList([shape([2, 3 * ChunkList.chunkElements + 256])])
    #expect(list.count == 8)
    #expect((0..<8).allSatisfy { list[$0].elements.lowerBound % 256 == 0 })
  }
}
