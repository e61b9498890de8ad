public import Checkpoints
public import Kernels
internal import Synchronization
public import TensorCore

/// Measures what each tensor of a plan would lose as each of several types, in one pass over the source.
///
/// Memory is bounded by threads x chunk. The figures do not depend on the number of threads, to the last bit.
public struct LossSurvey: Sendable {
  /// What a tensor loses as one type.
  public struct Candidate: Sendable {
    public let type: ElementType
    /// Of its payload.
    public let bytes: Int
    /// The sum of squared errors over the sum of squared weights, each times the importance of its column where that is
    /// known; 0 where all weights are 0.
    public let relativeSquaredError: Double
  }

  /// The candidates of a tensor: those whose blocks divide its rows.
  public struct Curve: Sendable {
    /// The number of the tensor in the plan.
    public let tensor: Int
    public let candidates: [Candidate]
  }

  public let plan: ConversionPlan
  public let source: any TensorSource
  /// What the checkpoint is called in errors.
  public let sourceName: String
  public let policy: ConversionOptions.NonFinitePolicy
  /// Numbers of tensors of the plan, and the types that are tried on each.
  let trials: [(tensor: Int, types: [ElementType])]
  /// At least 1.
  public let threads: Int
  public let kernels: KernelSet

  /// - Parameters:
  ///   - plan: Its method and importance hold for all types. Tensors that it quantizes are surveyed, others not.
  ///   - types: That are tried; with a codec.
  ///   - isFixed: Whether a tensor of the source keeps the plan's type.
  public init(
    plan: ConversionPlan, source: any TensorSource, sourceName: String, types: [ElementType],
    isFixed: (TensorDescription) -> Bool, policy: ConversionOptions.NonFinitePolicy, threads: Int, kernels: KernelSet
  ) {
    self.plan = plan
    self.source = source
    self.sourceName = sourceName
    self.policy = policy
    self.threads = max(1, threads)
    self.kernels = kernels
    trials = plan.tensors.indices.compactMap { index in
      let tensor = plan.tensors[index]
      guard tensor.target.kind == .quantized, tensor.source.elementType != tensor.target, !isFixed(tensor.source) else {
        return nil
      }
      let fitting = types.filter { tensor.shape.rowLength % $0.blockLength == 0 }
      return fitting.isEmpty ? nil : (index, fitting)
    }
  }

  /// Bytes of the source that will be read.
  public var workBytes: Int { trials.lazy.map { plan.tensors[$0.tensor].source.byteCount }.clampedSum }

  /// - Parameters:
  ///   - isCancelled: Asked before every chunk.
  ///   - progress: Told of every chunk: bytes of the source, and the tensor's name. Called from many threads.
  /// - Throws: ``StreamFailure``: of several, that of the chunk that stands first.
  public func run(
    isCancelled: @Sendable () -> Bool = { false }, progress: @Sendable (Int, String) -> Void = { _, _ in }
  ) throws(StreamFailure) -> [Curve] {
    let transfers = trials.map { plan.tensors[$0.tensor].transfer }
    let ledger = Mutex(OrderedSums(count: trials.count))
    try ChunkList(transfers.map(\.shape)).forEachInParallel(threads: threads, isCancelled: isCancelled) {
      SurveyWorker(
        worker: ChunkWorker(
          transfers: transfers, importance: plan.importance, method: plan.method, source: source,
          sourceName: sourceName, policy: policy, kernels: kernels, measures: false, outputs: []),
        types: trials.map(\.types))
    } enter: { sums, chunk, _ in
      ledger.withLock { $0.enter(sums, chunk) }
      let tensor = transfers[chunk.tensor].source
      progress(chunk.bytes(of: tensor.elementType).count, tensor.name)
    }
    let totals = ledger.withLock(\.totals)
    return zip(trials, totals).compactMap { trial, sums in
      let shape = plan.tensors[trial.tensor].shape
      let signal = sums.first ?? 0
      // Where a scale overflows, the type is none for the tensor.
      let candidates = zip(trial.types, sums.dropFirst()).filter { $1.isFinite }.map { type, error in
        Candidate(
          type: type, bytes: ChunkList.bytes(shape.elementCount, type),
          relativeSquaredError: signal > 0 ? error / signal : 0)
      }
      return candidates.isEmpty ? nil : Curve(tensor: trial.tensor, candidates: candidates)
    }
  }
}

/// One thread's share: reads a chunk once, and encodes and measures it as each type.
private struct SurveyWorker: ChunkConsumer {
  var worker: ChunkWorker
  let types: [[ElementType]]

  /// - Returns: The sum of the squared weights, and the sums of the squared errors of the types; both weighed.
  mutating func consume(_ chunk: ChunkList.Chunk) throws(StreamFailure) -> [Double] {
    try worker.survey(chunk, as: types[chunk.tensor])
  }

  func prefetch(_ chunk: ChunkList.Chunk) { worker.prefetch(chunk) }
}

/// Sums over chunks, in their order whatever order they finish in.
private struct OrderedSums: Sendable {
  private(set) var totals: [[Double]]
  private var next: [Int]
  /// Chunks that finished before one that stands before them: no more than there are threads.
  private var waiting: [Int: [Int: [Double]]] = [:]

  init(count: Int) {
    totals = Array(repeating: [], count: count)
    next = Array(repeating: 0, count: count)
  }

  mutating func enter(_ sums: [Double], _ chunk: ChunkList.Chunk) {
    waiting[chunk.tensor, default: [:]][chunk.index] = sums
    while let ready = waiting[chunk.tensor]?.removeValue(forKey: next[chunk.tensor]) {
      totals[chunk.tensor] =
        totals[chunk.tensor].isEmpty ? ready : zip(totals[chunk.tensor], ready).map { $0 + $1 }
      next[chunk.tensor] += 1
    }
    if waiting[chunk.tensor]?.isEmpty == true { waiting[chunk.tensor] = nil }
  }
}
