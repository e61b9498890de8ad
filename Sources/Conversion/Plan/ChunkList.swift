internal import TensorCore

/// The work of a run in pieces of a bounded size: whole rows of one tensor, or a part of a row that is longer.
///
/// Where a chunk begins and ends follows from the tensors' shapes alone, never from the number of threads.
struct ChunkList {
  /// The most weights of a chunk: a multiple of every block length, 1 MiB as F32.
  static let chunkElements = 1 << 18

  struct Chunk {
    /// The number of the tensor in the list.
    let tensor: Int
    /// The number of the chunk within its tensor.
    let index: Int
    /// Elements of the tensor, counted row by row.
    let elements: Range<Int>
    /// Whether the tensor has no chunk behind this one.
    let isLast: Bool

    /// Where the chunk stands in the tensor's payload when its elements are of `type`.
    func bytes(of type: ElementType) -> Range<Int> {
      ChunkList.bytes(elements.lowerBound, type)..<ChunkList.bytes(elements.upperBound, type)
    }
  }

  /// The bytes of a number of elements that fill whole blocks.
  static func bytes(_ elementCount: Int, _ type: ElementType) -> Int {
    elementCount / type.blockLength * type.blockBytes
  }

  private let shapes: [Shape]
  /// For each tensor, the number of chunks before it.
  private let firstChunks: [Int]
  let count: Int

  init(_ shapes: [Shape]) {
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
  static func longestChunk(_ shape: Shape) -> Int {
    min(
      shape.elementCount,
      shape.rowLength > chunkElements ? chunkElements : rowsOfChunk(shape.rowLength) * shape.rowLength)
  }

  /// - Complexity: O(log *n*) for *n* tensors.
  subscript(number: Int) -> Chunk {
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
