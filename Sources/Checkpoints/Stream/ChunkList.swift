package import TensorCore

/// The work of a run in pieces of a bounded size: whole rows of one tensor, or a part of a row that is longer.
///
/// Where a chunk begins and ends follows from the tensors' shapes alone, never from the number of threads.
package struct ChunkList: Sendable {
  /// The most weights of a chunk: a multiple of every block length, 1 MiB as F32.
  package static let chunkElements = 1 << 18

  package struct Chunk: Sendable {
    /// The number of the tensor in the list.
    package let tensor: Int
    /// The number of the chunk within its tensor.
    package let index: Int
    /// Elements of the tensor, counted row by row.
    package let elements: Range<Int>
    /// Whether the tensor has no chunk behind this one.
    package let isLast: Bool

    package init(tensor: Int, index: Int, elements: Range<Int>, isLast: Bool) {
      (self.tensor, self.index, self.elements, self.isLast) = (tensor, index, elements, isLast)
    }

    /// Where the chunk stands in the tensor's payload when its elements are of `type`.
    package func bytes(of type: ElementType) -> Range<Int> {
      ChunkList.bytes(elements, type)
    }
  }

  /// The bytes of a number of elements that fill whole blocks.
  package static func bytes(_ elementCount: Int, _ type: ElementType) -> Int {
    elementCount / type.blockLength * type.blockBytes
  }

  /// Weights that are worked on at a time, so that they stay in the processor's cache. A multiple of every block length.
  package static let tileElements = 1 << 14

  /// Stretches of whole blocks that fit the processor's cache.
  package static func tiles(of count: Int) -> some Sequence<Range<Int>> {
    stride(from: 0, to: count, by: tileElements).lazy.map { $0..<Swift.min($0 + tileElements, count) }
  }

  /// Where elements stand that begin and end with whole blocks.
  package static func bytes(_ elements: Range<Int>, _ type: ElementType) -> Range<Int> {
    bytes(elements.lowerBound, type)..<bytes(elements.upperBound, type)
  }

  private let shapes: [Shape]
  /// For each tensor, the number of chunks before it.
  private let firstChunks: [Int]
  package let count: Int

  package init(_ shapes: [Shape]) {
    self.shapes = shapes
    var firstChunks: [Int] = []
    var total = 0
    for shape in shapes {
      firstChunks.append(total)
      total += Self.chunkCount(shape)
    }
    self.firstChunks = firstChunks
    count = total
  }

  private static func chunkCount(_ shape: Shape) -> Int {
    let row = shape.rowLength
    if row > chunkElements { return shape.rowCount * ((row + chunkElements - 1) / chunkElements) }
    return shape.elementCount == 0 ? 0 : (shape.rowCount + rowsOfChunk(row) - 1) / rowsOfChunk(row)
  }

  /// For rows that fit a chunk.
  private static func rowsOfChunk(_ rowLength: Int) -> Int { chunkElements / max(1, rowLength) }

  /// The most elements that a chunk of a tensor of this shape has.
  package static func longestChunk(_ shape: Shape) -> Int {
    min(
      shape.elementCount,
      shape.rowLength > chunkElements ? chunkElements : rowsOfChunk(shape.rowLength) * shape.rowLength)
  }

  /// - Complexity: O(log *n*) for *n* tensors.
  package subscript(number: Int) -> Chunk {
    // The last tensor whose first chunk is not behind this one.
    var (low, high) = (0, firstChunks.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if firstChunks[middle] <= number { low = middle } else { high = middle - 1 }
    }
    let index = number - firstChunks[low]
    let elements = Self.elements(ofChunk: index, shapes[low])
    return Chunk(
      tensor: low, index: index, elements: elements, isLast: elements.upperBound == shapes[low].elementCount)
  }

  /// The number of a chunk in the whole list.
  package func number(of chunk: Chunk) -> Int { firstChunks[chunk.tensor] + chunk.index }

  private static func elements(ofChunk index: Int, _ shape: Shape) -> Range<Int> {
    let row = shape.rowLength
    if row > chunkElements {
      let parts = (row + chunkElements - 1) / chunkElements
      let start = index % parts * chunkElements
      let end = min(start + chunkElements, row)
      return (index / parts * row + start)..<(index / parts * row + end)
    }
    let length = rowsOfChunk(row) * row
    return (index * length)..<min((index + 1) * length, shape.elementCount)
  }
}
