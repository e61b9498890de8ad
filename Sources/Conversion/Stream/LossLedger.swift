internal import Checkpoints
internal import Kernels
internal import TensorCore
internal import Verification

/// What a thread has measured of a chunk.
struct ChunkLoss {
  var loss: TensorLoss
  var pattern: RowPattern
}

extension TensorLoss {
  /// What is measured of a tensor of this shape that is stored as `type`, from element `start` on.
  init(_ shape: Shape, _ type: ElementType, start: Int = 0) {
    self.init(
      rowLength: shape.rowLength, blockLength: type.blockLength, elementCount: shape.elementCount, start: start)
  }
}

extension RowPattern {
  /// That of a chunk of a tensor; not known where there is one row only, or a chunk has a part of one.
  init(ofChunk weights: [Float], _ shape: Shape) {
    self =
      shape.rowCount > 1 && shape.rowLength <= ChunkList.chunkElements
      ? RowPattern(weights.span, rowLength: shape.rowLength) : .unknown
  }
}

/// What the threads have measured so far, tensor by tensor.
///
/// Chunks are added up in their order, however they arrive, so that no figure depends on threads. A tensor's errors by
/// size are kept until its last chunk is there; the memory is then used for another.
struct LossLedger: Sendable {
  private struct Entry {
    var sum: ChunkLoss
    var next = 0
    var waiting: [Int: ChunkLoss] = [:]
    var errors: ErrorHistogram
    /// The number of chunks, once the last one has come.
    var count: Int?

    mutating func append(_ part: ChunkLoss) {
      sum.loss.add(part.loss)
      if next == 0 { sum.pattern = part.pattern } else { sum.pattern.add(part.pattern) }
      next += 1
    }
  }

  private var open: [Int: Entry] = [:]
  private var unused: [ErrorHistogram] = []
  private(set) var measurements: [TensorMeasurement?]
  /// How large errors are in relation to their tensors, over those that count for it.
  private(set) var relative = RelativeHistogram()

  init(tensorCount: Int) { measurements = Array(repeating: nil, count: tensorCount) }

  /// - Parameters:
  ///   - counts: The chunk's errors by size; empty afterwards.
  ///   - isQuantized: Whether the errors count for the whole file's.
  mutating func enter(
    _ loss: ChunkLoss, _ chunk: ChunkList.Chunk, _ counts: inout ErrorCounts, empty: TensorLoss, isQuantized: Bool
  ) {
    var entry =
      open.removeValue(forKey: chunk.tensor)
      ?? Entry(
        sum: ChunkLoss(loss: empty, pattern: .unknown), errors: unused.popLast() ?? ErrorHistogram())
    entry.errors.add(&counts)
    if chunk.isLast { entry.count = chunk.index + 1 }
    if chunk.index != entry.next {
      entry.waiting[chunk.index] = loss
    } else {
      entry.append(loss)
      while let loss = entry.waiting.removeValue(forKey: entry.next) { entry.append(loss) }
    }
    guard entry.next == entry.count else { return open[chunk.tensor] = entry }
    measurements[chunk.tensor] = TensorMeasurement(
      loss: entry.sum.loss, errors: entry.errors, rowsAreEqual: entry.sum.pattern.areEqual)
    if isQuantized { relative.add(entry.errors, rms: entry.sum.loss.sums.rms) }
    entry.errors.removeAll()
    unused.append(entry.errors)
  }
}
