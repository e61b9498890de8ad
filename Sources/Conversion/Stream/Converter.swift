public import Checkpoints
public import FileAccess
internal import GGUF
internal import Hessians
public import Kernels
internal import Synchronization
public import TensorCore
public import Verification

/// Carries out a ``ConversionPlan``: every chunk read, converted, measured and written, on several threads.
///
/// Memory is bounded by threads x chunk, whatever the size of the model. The bytes written do not depend on the number
/// of threads, nor do the figures and the error that is reported.
///
///     let source = try openCheckpoint(at: "model.safetensors")
///     let plan = try ConversionPlan(source: source, name: "model", options: ConversionOptions(type: .q8_0))
///     let output = try AtomicFileWriter(path: "model.gguf", size: plan.layout.fileSize, replaces: false)
///     let outcome = try Converter(plan: plan, source: source, sourceName: "model", threads: 4).run(into: output)
///     try output.commit()
public struct Converter: Sendable {
  /// What became of a conversion.
  public struct Outcome: Sendable {
    /// What each tensor of the plan lost; nil for those that were copied, and where nothing is measured.
    public let measurements: [TensorMeasurement?]
    /// How large the errors are in relation to their tensors, over all quantized ones.
    public let errors: RelativeHistogram
    /// For each tensor of the plan, the values that the policy for non-finite ones has replaced.
    public let replaced: [Int]
    /// For each tensor of the plan what is left of the layer's output; nil where no errors were fed back, and where an earlier
    /// process has done some of it.
    public let outputs: [OutputErrorSums?]
    /// Whether the loss was measured.
    public let isMeasured: Bool
  }

  public let plan: ConversionPlan
  public let source: any TensorSource
  /// What the checkpoint is called in errors.
  public let sourceName: String
  public let policy: ConversionOptions.NonFinitePolicy
  /// At least 1; more than the machine's processors are not used.
  public let threads: Int
  /// What encodes and decodes; the output is the same with every set.
  public let kernels: KernelSet
  /// Whether the loss is measured.
  public let measures: Bool

  public init(
    plan: ConversionPlan, source: any TensorSource, sourceName: String,
    policy: ConversionOptions.NonFinitePolicy = .error, threads: Int, kernels: KernelSet = .fastest,
    measures: Bool = true
  ) {
    self.plan = plan
    self.source = source
    self.sourceName = sourceName
    self.policy = policy
    self.threads = max(1, threads)
    self.kernels = kernels
    self.measures = measures
  }

  /// The most elements of a tensor that a thread reads at once.
  public static let elementsPerThread = ChunkList.chunkElements

  /// Bytes that the buffers of each thread take, whatever the size of the model.
  public static func bytesPerThread(_ plan: ConversionPlan) -> Int {
    ChunkBuffers.byteCount(for: plan.tensors.map(\.transfer)) + plan.method.byteCount(for: plan.tensors)
  }

  /// Bytes of the source that will be read.
  public var workBytes: Int { plan.tensors.lazy.map(\.source.byteCount).clampedSum }

  /// Writes all files, as far as an earlier process has not; the caller commits them.
  public func run(
    into files: ConversionFiles, isCancelled: @escaping @Sendable () -> Bool = { false },
    progress: @Sendable (Int, String) -> Void = { _, _ in }
  ) throws(StreamFailure) -> Outcome {
    try run(into: files.writers, files: files, isCancelled: isCancelled, progress: progress)
  }

  /// Writes the one file of a plan that is not split into `output`, which the caller commits.
  public func run(
    into output: any PositionedOutput, isCancelled: @escaping @Sendable () -> Bool = { false },
    progress: @Sendable (Int, String) -> Void = { _, _ in }
  ) throws(StreamFailure) -> Outcome {
    try run(into: [output], isCancelled: isCancelled, progress: progress)
  }

  /// Writes all tensors and the headers into `outputs`, which the caller commits: the headers last, but first where the
  /// pieces of an output have to be in order.
  ///
  /// - Parameters:
  ///   - outputs: A file of its size for each file of the plan's layout, all zeros.
  ///   - isCancelled: Asked before every chunk.
  ///   - progress: Told of every chunk: bytes of the source, and the tensor's name. Called from many threads.
  /// - Throws: ``StreamFailure``: of several, that of the chunk that stands first in the source.
  public func run(
    into outputs: [any PositionedOutput], isCancelled: @escaping @Sendable () -> Bool = { false },
    progress: @Sendable (Int, String) -> Void = { _, _ in }
  ) throws(StreamFailure) -> Outcome {
    try run(into: outputs, files: nil, isCancelled: isCancelled, progress: progress)
  }

  private func run(
    into outputs: [any PositionedOutput], files: ConversionFiles?, isCancelled: @escaping @Sendable () -> Bool,
    progress: @Sendable (Int, String) -> Void
  ) throws(StreamFailure) -> Outcome {
    precondition(outputs.count == plan.layout.parts.count)
    let order = plan.readingOrder(isOutputOrdered: outputs.contains { $0.isOrdered })
    let transfers = order.map { plan.tensors[$0].transfer }
    let ledger = Mutex(Ledger(tensorCount: plan.tensors.count))
    try writeHeaders(to: outputs) { $0.isOrdered }
    let bases = plan.hessians.map { FeedbackBases($0, plan, kernels, isCancelled: isCancelled) }
    try ChunkList(transfers.map(\.shape)).forEachInParallel(threads: threads, isCancelled: isCancelled) {
      ChunkWorker(
        transfers: transfers, importance: plan.importance, method: plan.method,
        feedback: bases.map { (plan.feedback, $0) }, source: source, sourceName: sourceName,
        policy: policy, kernels: kernels, measures: measures, outputs: outputs, files: files)
    } enter: { result, chunk, worker in
      let tensor = plan.tensors[order[chunk.tensor]]
      let ofPlan = ChunkList.Chunk(
        tensor: order[chunk.tensor], index: chunk.index, elements: chunk.elements, isLast: chunk.isLast)
      ledger.withLock { $0.enter(result, ofPlan, tensor, &worker.buffers.counts) }
      progress(chunk.bytes(of: tensor.source.elementType).count, tensor.source.name)
    }
    try writeHeaders(to: outputs) { !$0.isOrdered }
    return ledger.withLock { $0.outcome(isMeasured: measures) }
  }

  private func writeHeaders(
    to outputs: [any PositionedOutput], where isWanted: (any PositionedOutput) -> Bool
  ) throws(StreamFailure) {
    do throws(FileError) {
      for (part, output) in zip(plan.layout.parts, outputs) where isWanted(output) {
        try output.write(part.header.span, at: 0)
      }
    } catch {
      throw .output(error)
    }
  }
}

extension ConversionPlan {
  /// Which tensor is read when: as the source has them, or the output where its pieces have to be in order.
  func readingOrder(isOutputOrdered: Bool) -> [Int] {
    guard !isOutputOrdered else { return Array(tensors.indices) }
    return tensors.indices.sorted { left, right in
      let (left, right) = (tensors[left].source, tensors[right].source)
      return (left.file, left.offset) < (right.file, right.offset)
    }
  }
}

/// What the threads have found so far.
private struct Ledger: Sendable {
  private var losses: LossLedger
  private var replaced: [Int]
  /// By the number of the chunk: they are added up in their order.
  private var outputs: [[Int: OutputErrorSums]]
  private var chunkCounts: [Int?]

  init(tensorCount: Int) {
    outputs = Array(repeating: [:], count: tensorCount)
    chunkCounts = Array(repeating: nil, count: tensorCount)
    losses = LossLedger(tensorCount: tensorCount)
    replaced = Array(repeating: 0, count: tensorCount)
  }

  mutating func enter(
    _ result: ChunkWorker.Result, _ chunk: ChunkList.Chunk, _ tensor: ConversionPlan.Tensor, _ counts: inout ErrorCounts
  ) {
    replaced[chunk.tensor] += result.replaced
    outputs[chunk.tensor][chunk.index] = result.output
    if chunk.isLast { chunkCounts[chunk.tensor] = chunk.index + 1 }
    if let loss = result.loss {
      losses.enter(
        loss, chunk, &counts, empty: TensorLoss(tensor.shape, tensor.target),
        isQuantized: tensor.target.kind == .quantized)
    }
  }

  func outcome(isMeasured: Bool) -> Converter.Outcome {
    Converter.Outcome(
      measurements: losses.measurements, errors: losses.relative, replaced: replaced,
      outputs: outputs.indices.map(output), isMeasured: isMeasured)
  }

  /// Of a tensor, if all of it is known.
  private func output(_ tensor: Int) -> OutputErrorSums? {
    let parts = outputs[tensor]
    guard !parts.isEmpty, parts.count == chunkCounts[tensor] else { return nil }
    return parts.sorted { $0.key < $1.key }.reduce(into: OutputErrorSums()) { $0.add($1.value) }
  }
}
