internal import Checkpoints
internal import Kernels
internal import Synchronization
internal import TensorCore

/// Which tensors are known to differ, told by all threads to each other.
final class KnownChanges: Sendable {
  private let flags: Mutex<[Bool]>

  init(count: Int) { flags = Mutex(Array(repeating: false, count: count)) }

  func contains(_ index: Int) -> Bool { flags.withLock { $0[index] } }
  func insert(_ index: Int) { flags.withLock { $0[index] = true } }
  var all: [Bool] { flags.withLock { $0 } }
}

/// One thread's share of finding tensors whose bytes differ. Of a tensor that is known to differ no more is read.
struct BytesWorker: ChunkConsumer {
  let pairs: [ComparisonPlan.Pair]
  let a: WeightReader
  let b: WeightReader
  let changes: KnownChanges

  private var bytesA: [UInt8] = []
  private var bytesB: [UInt8] = []

  init(
    pairs: [ComparisonPlan.Pair], a: any TensorSource, b: any TensorSource, changes: KnownChanges, kernels: KernelSet
  ) {
    self.pairs = pairs
    self.a = WeightReader(source: a, kernels: kernels)
    self.b = WeightReader(source: b, kernels: kernels)
    self.changes = changes
  }

  mutating func consume(_ chunk: ChunkList.Chunk) throws(StreamFailure) {
    if changes.contains(chunk.tensor) { return }
    let pair = pairs[chunk.tensor]
    do throws(SourceError) {
      try a.readBytes(pair.a, chunk, into: &bytesA)
      try b.readBytes(pair.b, chunk, into: &bytesB)
    } catch {
      throw .source(error)
    }
    if !ByteComparison.areEqual(bytesA.span, bytesB.span) { changes.insert(chunk.tensor) }
  }

  func prefetch(_ chunk: ChunkList.Chunk) {
    if changes.contains(chunk.tensor) { return }
    let pair = pairs[chunk.tensor]
    a.source.prefetch(pair.a, chunk.bytes(of: pair.a.elementType))
    b.source.prefetch(pair.b, chunk.bytes(of: pair.b.elementType))
  }
}
