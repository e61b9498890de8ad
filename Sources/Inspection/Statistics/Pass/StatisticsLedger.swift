internal import Checkpoints
internal import Kernels
internal import TensorCore

/// What all threads have seen so far of the tensors that are being read. The sums of a tensor's chunks are added in their
/// order, so that the figures do not depend on the threads.
struct StatisticsLedger: Sendable {
  /// Of a tensor: the chunks that came before one that is still missing wait for it.
  private struct Entry: Sendable {
    var waiting: [Int: StatisticsWorker.Result] = [:]
    var next = 0
    /// How many chunks there are; known with the last.
    var chunkCount: Int?
    var sums = MomentSums()
    var moments = MomentCounts()
    var counts: TensorCounts
    /// The row that the chunks so far end in.
    var row: (squares: CompensatedSum, isFinite: Bool) = (CompensatedSum(), true)
    let rowLength: Int

    mutating func append(_ result: StatisticsWorker.Result) {
      next += 1
      sums.add(result.sums)
      guard let part = result.part else { return }
      row.squares.add(part.squares)
      row.isFinite = row.isFinite && part.isFinite
      guard part.endsRow else { return }
      counts.rows.add(row: part.row, squares: row.squares.value, length: rowLength, isFinite: row.isFinite)
      row = (CompensatedSum(), true)
    }
  }

  private let tensors: [TensorDescription]
  private var open: [Int: Entry] = [:]
  /// Memory of tensors that are done.
  private var unused: [TensorCounts] = []
  private(set) var results: [TensorTotals?]

  init(_ tensors: [TensorDescription]) {
    self.tensors = tensors
    results = Array(repeating: nil, count: tensors.count)
  }

  /// - Parameter counts: What the thread counted; empty afterwards.
  mutating func enter(_ result: StatisticsWorker.Result, _ chunk: ChunkList.Chunk, _ counts: inout TensorCounts) {
    var entry =
      open.removeValue(forKey: chunk.tensor)
      ?? Entry(counts: unused.popLast() ?? TensorCounts(), rowLength: tensors[chunk.tensor].shape.rowLength)
    entry.counts.take(&counts)
    entry.moments.add(result.counts)
    if chunk.isLast { entry.chunkCount = chunk.index + 1 }
    entry.waiting[chunk.index] = result
    while let result = entry.waiting.removeValue(forKey: entry.next) { entry.append(result) }
    guard entry.next == entry.chunkCount else { return open[chunk.tensor] = entry }
    results[chunk.tensor] = TensorTotals(
      tensors[chunk.tensor], sums: entry.sums, moments: entry.moments, counts: entry.counts)
    entry.counts.removeAll()
    unused.append(entry.counts)
  }
}
