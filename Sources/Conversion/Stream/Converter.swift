internal import Dispatch
public import FileAccess
internal import GGUF
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
    /// What each tensor of the plan lost; all zero for those that were copied.
    public let errors: [RoundTripError]
    /// For each tensor of the plan, the values that the policy for non-finite ones has replaced.
    public let replaced: [Int]
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

  public init(
    plan: ConversionPlan, source: any TensorSource, sourceName: String,
    policy: ConversionOptions.NonFinitePolicy = .error, threads: Int, kernels: KernelSet = .fastest
  ) {
    self.plan = plan
    self.source = source
    self.sourceName = sourceName
    self.policy = policy
    self.threads = max(1, threads)
    self.kernels = kernels
  }

  private func prefetch(_ chunk: ChunkList.Chunk) {
    let tensor = plan.tensors[chunk.tensor].source
    source.prefetch(tensor, chunk.bytes(of: tensor.elementType))
  }

  /// Bytes that the buffers of each thread take, whatever the size of the model.
  public static func bytesPerThread(_ plan: ConversionPlan) -> Int { ChunkBuffers.byteCount(for: plan) }

  /// Bytes of the source that will be read.
  public var workBytes: Int { plan.tensors.lazy.map(\.source.byteCount).clampedSum }

  /// Writes all tensors and then the header into `output`, which the caller commits.
  ///
  /// - Parameters:
  ///   - output: A file of the plan's size, all zeros.
  ///   - isCancelled: Asked before every chunk.
  ///   - progress: Told of every chunk: bytes of the source, and the tensor's name. Called from many threads.
  /// - Throws: ``ConversionFailure``: of several, that of the chunk that stands first in the source.
  public func run(
    into output: AtomicFileWriter, isCancelled: @Sendable () -> Bool = { false },
    progress: @Sendable (Int, String) -> Void = { _, _ in }
  ) throws(ConversionFailure) -> Outcome {
    let chunks = ChunkList(plan.tensors)
    let next = Atomic(0)
    let ledger = Mutex(Ledger(tensorCount: plan.tensors.count))
    DispatchQueue.concurrentPerform(iterations: min(threads, max(1, chunks.count))) { _ in
      var worker = ChunkWorker(
        plan: plan, source: source, sourceName: sourceName, policy: policy, kernels: kernels,
        output: output)
      while true {
        let number = next.add(1, ordering: .relaxed).oldValue
        // A chunk before a failed one is converted all the same, so that the first failure is always found.
        guard number < chunks.count, ledger.withLock({ number < $0.failedChunk ?? .max }) else { return }
        // While this chunk is worked on, the disk can read the one that comes after the other threads'.
        if number + threads < chunks.count { prefetch(chunks[number + threads]) }
        if isCancelled() { return ledger.withLock { $0.fail(number, .cancelled) } }
        let chunk = chunks[number]
        do throws(ConversionFailure) {
          let result = try worker.convert(chunk)
          ledger.withLock { $0.enter(result, chunk) }
          let tensor = plan.tensors[chunk.tensor].source
          progress(chunk.bytes(of: tensor.elementType).count, tensor.name)
        } catch {
          return ledger.withLock { $0.fail(number, error) }
        }
      }
    }
    let outcome = try ledger.withLock { ledger throws(ConversionFailure) in try ledger.outcome() }
    do throws(FileError) {
      try output.write(plan.layout.header.span, at: 0)
    } catch {
      throw .output(error)
    }
    return outcome
  }
}

/// What the threads have found so far.
private struct Ledger: Sendable {
  private(set) var failedChunk: Int?
  private var failure: ConversionFailure?
  private var errors: [OrderedSum]
  private var replaced: [Int]

  init(tensorCount: Int) {
    errors = Array(repeating: OrderedSum(), count: tensorCount)
    replaced = Array(repeating: 0, count: tensorCount)
  }

  mutating func enter(_ result: ChunkWorker.Result, _ chunk: ChunkList.Chunk) {
    errors[chunk.tensor].add(result.error, at: chunk.index)
    replaced[chunk.tensor] += result.replaced
  }

  mutating func fail(_ chunk: Int, _ error: ConversionFailure) {
    if let failedChunk, failedChunk < chunk { return }
    failedChunk = chunk
    failure = error
  }

  func outcome() throws(ConversionFailure) -> Converter.Outcome {
    if let failure { throw failure }
    return Converter.Outcome(errors: errors.map(\.sum), replaced: replaced)
  }
}

/// A sum whose terms are added in their order, however they arrive, so that rounding does not depend on threads.
private struct OrderedSum: Sendable {
  private(set) var sum = RoundTripError()
  private var next = 0
  private var waiting: [Int: RoundTripError] = [:]

  mutating func add(_ term: RoundTripError, at index: Int) {
    if index == next && waiting.isEmpty {
      sum.add(term)
      next += 1
      return
    }
    waiting[index] = term
    while let term = waiting.removeValue(forKey: next) {
      sum.add(term)
      next += 1
    }
  }
}
