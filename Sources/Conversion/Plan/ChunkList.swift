internal import TensorCore

/// The work of a conversion in pieces of a bounded size: stretches of whole blocks of one tensor.
///
/// Where a chunk begins and ends follows from the plan alone, never from the number of threads.
struct ChunkList {
  /// Weights of a chunk: a multiple of every block length, 1 MiB as F32.
  static let chunkElements = 1 << 18

  struct Chunk {
    /// The number of the tensor in the plan.
    let tensor: Int
    /// The number of the chunk within its tensor.
    let index: Int
    /// Elements of the tensor, counted row by row.
    let elements: Range<Int>

    /// Where the chunk stands in the tensor's payload when its elements are of `type`.
    func bytes(of type: ElementType) -> Range<Int> {
      ChunkList.bytes(elements.lowerBound, type)..<ChunkList.bytes(elements.upperBound, type)
    }
  }

  /// The bytes of a number of elements that fill whole blocks.
  static func bytes(_ elementCount: Int, _ type: ElementType) -> Int {
    elementCount / type.blockLength * type.blockBytes
  }

  private let elementCounts: [Int]
  /// For each tensor, the number of chunks before it.
  private let firstChunks: [Int]
  let count: Int

  init(_ tensors: [ConversionPlan.Tensor]) {
    elementCounts = tensors.map(\.shape.elementCount)
    var firstChunks: [Int] = []
    var total = 0
    for count in elementCounts {
      firstChunks.append(total)
      total += (count + Self.chunkElements - 1) / Self.chunkElements
    }
    self.firstChunks = firstChunks
    count = total
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
    let start = index * Self.chunkElements
    return Chunk(tensor: low, index: index, elements: start..<min(start + Self.chunkElements, elementCounts[low]))
  }
}
