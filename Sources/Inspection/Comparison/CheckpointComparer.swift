public import Checkpoints
public import Kernels
internal import Synchronization
public import TensorCore

/// Reads two checkpoints side by side and finds which of their tensors differ, and how far.
///
/// In two passes: the first holds bytes against bytes and leaves a tensor with the first chunk that differs; the second
/// measures the tensors that differ, or whose types do. Memory is bounded by threads x chunk. The figures do not depend on
/// the number of threads, to the last bit.
public struct CheckpointComparer: Sendable {
  public let plan: ComparisonPlan
  public let a: any TensorSource
  public let b: any TensorSource
  /// At least 1.
  public let threads: Int
  public let kernels: KernelSet

  public init(
    plan: ComparisonPlan, a: any TensorSource, b: any TensorSource, threads: Int, kernels: KernelSet = .fastest
  ) {
    self.plan = plan
    self.a = a
    self.b = b
    self.threads = max(1, threads)
    self.kernels = kernels
  }

  /// Bytes of both checkpoints that a pass over these pairs reads at most.
  public func workBytes(ofPairs indices: [Int]) -> Int {
    indices.lazy.flatMap { [plan.pairs[$0].a.byteCount, plan.pairs[$0].b.byteCount] }.clampedSum
  }

  /// The pairs whose bytes can be compared.
  public var pairsOfBytes: [Int] { plan.pairs.indices.filter { plan.pairs[$0].comparesBytes } }

  /// Finds the pairs whose bytes differ.
  ///
  /// - Parameters:
  ///   - isCancelled: Asked before every chunk.
  ///   - progress: Told of every chunk: bytes of both checkpoints, and the tensor's name. Called from many threads.
  /// - Returns: The numbers of those of ``pairsOfBytes`` that differ.
  /// - Throws: ``StreamFailure``: of several, that of the chunk that stands first.
  public func findChanges(
    isCancelled: @Sendable () -> Bool = { false }, progress: @Sendable (Int, String) -> Void = { _, _ in }
  ) throws(StreamFailure) -> [Int] {
    let indices = pairsOfBytes
    let pairs = indices.map { plan.pairs[$0] }
    let changes = KnownChanges(count: pairs.count)
    try ChunkList(pairs.map(\.a.shape)).forEachInParallel(threads: threads, isCancelled: isCancelled) {
      BytesWorker(pairs: pairs, a: a, b: b, changes: changes, kernels: kernels)
    } enter: { _, chunk, _ in
      progress(Self.bytes(of: chunk, pairs[chunk.tensor]), pairs[chunk.tensor].a.name)
    }
    return zip(indices, changes.all).compactMap { index, isChanged in isChanged ? index : nil }
  }

  /// The pairs that are to be measured where these were found to differ: they, and those whose bytes cannot be compared.
  public func pairsToMeasure(changed: [Int]) -> [Int] {
    let changed = Set(changed)
    return plan.pairs.indices.filter { index in
      let pair = plan.pairs[index]
      if case .impossible = pair.measure { return false }
      return !pair.comparesBytes || changed.contains(index)
    }
  }

  /// Measures how far tensors are from each other.
  ///
  /// - Parameters:
  ///   - indices: Numbers of pairs that can be measured.
  ///   - isCancelled: Asked before every chunk.
  ///   - progress: As of ``findChanges(isCancelled:progress:)``.
  /// - Returns: By the numbers of the pairs.
  /// - Throws: ``StreamFailure``: of several, that of the chunk that stands first.
  public func measure(
    _ indices: [Int], isCancelled: @Sendable () -> Bool = { false },
    progress: @Sendable (Int, String) -> Void = { _, _ in }
  ) throws(StreamFailure) -> [Int: TensorDifference] {
    let pairs = indices.map { plan.pairs[$0] }
    let ledger = Mutex(DifferenceLedger())
    try ChunkList(pairs.map(\.a.shape)).forEachInParallel(threads: threads, isCancelled: isCancelled) {
      DifferenceWorker(pairs: pairs, a: a, b: b, kernels: kernels)
    } enter: { part, chunk, _ in
      ledger.withLock { $0.enter(part, tensor: chunk.tensor, index: chunk.index) }
      progress(Self.bytes(of: chunk, pairs[chunk.tensor]), pairs[chunk.tensor].a.name)
    }
    return ledger.withLock { ledger in
      Dictionary(uniqueKeysWithValues: indices.enumerated().map { ($1, ledger.difference(of: $0)) })
    }
  }

  private static func bytes(of chunk: ChunkList.Chunk, _ pair: ComparisonPlan.Pair) -> Int {
    chunk.bytes(of: pair.a.elementType).count + chunk.bytes(of: pair.b.elementType).count
  }
}
