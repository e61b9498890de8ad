public import Checkpoints
public import Kernels
internal import Synchronization
public import TensorCore

/// Reads the tensors of a checkpoint once and finds their statistics. formats/statistics.md.
///
/// Memory is bounded by threads x chunk. The figures do not depend on the number of threads or on the set of kernels, to
/// the last bit.
public struct StatisticsPass: Sendable {
  public let source: any TensorSource
  /// Those that are looked at: without those that have no elements.
  public let tensors: [TensorDescription]
  /// At least 1.
  public let threads: Int
  public let kernels: KernelSet

  /// - Parameter tensors: Tensors of the source, in their order; nil for all.
  public init(
    source: any TensorSource, tensors: [TensorDescription]? = nil, threads: Int, kernels: KernelSet = .fastest
  ) {
    self.source = source
    self.tensors = (tensors ?? source.tensors).filter { $0.shape.elementCount > 0 }
    self.threads = max(1, threads)
    self.kernels = kernels
  }

  /// Of the tensors that are read.
  private var read: [TensorDescription] { tensors.filter { !BlockReading($0).isNothing } }

  /// Bytes that will be read.
  public var workBytes: Int { read.lazy.map(\.byteCount).clampedSum }

  /// - Parameters:
  ///   - isCancelled: Asked before every chunk.
  ///   - progress: Told of every chunk: bytes, and the tensor's name. Called from many threads.
  /// - Throws: ``StreamFailure``: of several, that of the chunk that stands first in the checkpoint.
  public func run(
    isCancelled: @Sendable () -> Bool = { false }, progress: @Sendable (Int, String) -> Void = { _, _ in }
  ) throws(StreamFailure) -> CheckpointStatistics {
    let read = read
    let reader = WeightReader(source: source, kernels: kernels)
    let ledger = Mutex(StatisticsLedger(read))
    try ChunkList(read.map(\.shape)).forEachInParallel(threads: threads, isCancelled: isCancelled) {
      StatisticsWorker(tensors: read, reader: reader)
    } enter: { result, chunk, worker in
      ledger.withLock { $0.enter(result, chunk, &worker.counts) }
      let tensor = read[chunk.tensor]
      progress(chunk.bytes(of: tensor.elementType).count, tensor.name)
    }
    var found = ledger.withLock { $0.results }[...]
    var totals: [TensorTotals] = []
    let nothing = TensorCounts()
    for tensor in tensors {
      if BlockReading(tensor).isNothing {
        totals.append(
          TensorTotals(tensor, sums: MomentSums(), moments: MomentCounts(), counts: nothing))
      } else if var total = found.popFirst() ?? nil {
        if isCancelled() { throw .cancelled }
        do throws(SourceError) {
          try OutlierReading.complete(&total, reader)
        } catch {
          throw .source(error)
        }
        totals.append(total)
      }
    }
    return CheckpointStatistics(totals)
  }
}

/// Reads outlier rows again, of which only the size is known.
private enum OutlierReading {
  static func complete(_ total: inout TensorTotals, _ reader: WeightReader) throws(SourceError) {
    guard var rows = total.statistics.rows else { return }
    var (bytes, weights): ([UInt8], [Float]) = ([], [])
    let length = total.tensor.shape.rowLength
    for index in rows.outliers.indices {
      let first = rows.outliers[index].row * length
      var largest: Float = 0
      for start in stride(from: 0, to: length, by: ChunkList.chunkElements) {
        let elements = (first + start)..<(first + min(start + ChunkList.chunkElements, length))
        let chunk = ChunkList.Chunk(tensor: 0, index: 0, elements: elements, isLast: true)
        guard try reader.readWeights(total.tensor, chunk, bytes: &bytes, into: &weights) else { return }
        for weight in weights { largest = max(largest, abs(weight)) }
      }
      rows.outliers[index].largestMagnitude = Double(largest)
    }
    total.statistics.rows = rows
  }
}
