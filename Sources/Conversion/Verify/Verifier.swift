public import Checkpoints
public import Kernels
internal import Quantization
internal import Synchronization
public import TensorCore
public import Verification

/// Carries out a ``VerificationPlan``: reads a file and its source side by side, once, and measures what every tensor
/// lost.
///
/// Memory is bounded by threads x chunk. The figures do not depend on the number of threads, to the last bit.
public struct Verifier: Sendable {
  public let plan: VerificationPlan
  public let file: any TensorSource
  public let source: any TensorSource
  public let checks: VerificationOptions.Checks
  /// What the tensors are multiplied with; nil for nothing.
  public let activations: CalibrationActivations?
  /// At least 1.
  public let threads: Int
  public let kernels: KernelSet

  public init(
    plan: VerificationPlan, file: any TensorSource, source: any TensorSource, options: VerificationOptions,
    activations: CalibrationActivations? = nil, threads: Int, kernels: KernelSet = .fastest
  ) {
    self.plan = plan
    self.file = file
    self.source = source
    checks = options.checks
    self.activations = activations
    self.threads = max(1, threads)
    self.kernels = kernels
  }

  /// Bytes of both files that will be read.
  public var workBytes: Int { plan.pairs.lazy.flatMap { [$0.file.byteCount, $0.source.byteCount] }.clampedSum }

  /// What was seen of the tensors of a plan.
  public struct Outcome: Sendable {
    /// For each pair of the plan; nil for integers.
    public let measurements: [TensorMeasurement?]
    /// How large the errors are in relation to their tensors, over all quantized ones.
    public let errors: RelativeHistogram
    /// For each pair of the plan, whether its bytes are those that quantizing the source gives; nil where that was not
    /// asked, or the type cannot be written.
    public let exact: [Bool?]
    /// For each pair of the plan, what products with activations lost; nil where there are none.
    public let products: [VerificationReport.Product?]
    public let findings: [Finding]
  }

  /// - Parameters:
  ///   - isCancelled: Asked before every chunk.
  ///   - progress: Told of every chunk: bytes of both files, and the tensor's name. Called from many threads.
  /// - Throws: ``StreamFailure``: of several, that of the chunk that stands first in the file.
  public func run(
    isCancelled: @Sendable () -> Bool = { false }, progress: @Sendable (Int, String) -> Void = { _, _ in }
  ) throws(StreamFailure) -> Outcome {
    let ledger = Mutex(Ledger(plan))
    let products = activations.map { ProductLedger($0, plan, kernels) }
    try ChunkList(plan.pairs.map(\.file.shape)).forEachInParallel(threads: threads, isCancelled: isCancelled) {
      VerifyWorker(plan: plan, file: file, source: source, options: checks, products: products, kernels: kernels)
    } enter: { result, chunk, worker in
      let pair = plan.pairs[chunk.tensor]
      ledger.withLock { $0.enter(result, chunk, pair, &worker.counts) }
      let bytes = chunk.bytes(of: pair.file.elementType).count + chunk.bytes(of: pair.source.elementType).count
      progress(bytes, pair.file.name)
    }
    return ledger.withLock { $0.outcome(of: self, products?.products) }
  }
}

/// What the threads have seen so far.
private struct Ledger: Sendable {
  private var losses: LossLedger
  private var seen: [TensorSightings]

  init(_ plan: VerificationPlan) {
    losses = LossLedger(tensorCount: plan.pairs.count)
    seen = Array(repeating: TensorSightings(), count: plan.pairs.count)
  }

  mutating func enter(
    _ result: VerifyWorker.Result, _ chunk: ChunkList.Chunk, _ pair: VerificationPlan.Pair, _ counts: inout ErrorCounts
  ) {
    seen[chunk.tensor].add(result.seen)
    guard let loss = result.loss else { return }
    losses.enter(
      loss, chunk, &counts, empty: TensorLoss(pair.file.shape, pair.file.elementType),
      isQuantized: pair.file.elementType.kind == .quantized)
  }

  func outcome(of verifier: Verifier, _ products: [VerificationReport.Product?]?) -> Verifier.Outcome {
    var findings = verifier.plan.findings
    var exact: [Bool?] = []
    for (pair, seen) in zip(verifier.plan.pairs, seen) {
      let report = TensorFindings(pair: pair)
      findings += [
        report.notFinite(seen.notFinite, overflows: seen.overflows), report.sourceNotFinite(seen.sourceNotFinite),
        report.integers(seen.integers), report.bound(seen.blocksBeyondBound, seen.weightBeyondBound),
        seen.difference.map(report.difference),
      ].compactMap { $0 }
      let isCompared = verifier.checks.isExact && (pair.isInteger || pair.file.elementType.codec != nil)
      if verifier.checks.isExact && !isCompared { findings.append(report.notWritable) }
      exact.append(isCompared ? seen.difference == nil && seen.integers.count == 0 : nil)
    }
    return Verifier.Outcome(
      measurements: losses.measurements, errors: losses.relative, exact: exact,
      products: products ?? Array(repeating: nil, count: exact.count), findings: findings)
  }
}
