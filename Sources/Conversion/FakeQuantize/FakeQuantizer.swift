public import Checkpoints
public import FileAccess
public import Kernels
internal import Quantization
internal import Safetensors
internal import Synchronization
public import TensorCore
public import Verification

/// Carries out a ``FakeQuantizationPlan``: every chunk read, quantized, decoded, measured and written, on several threads.
///
/// Memory is bounded by threads x chunk, whatever the size of the model. The bytes written do not depend on the number of
/// threads nor on the kernels, nor do the figures and the error that is reported.
public struct FakeQuantizer: Sendable {
  public let plan: FakeQuantizationPlan
  public let source: any TensorSource
  /// What the checkpoint is called in errors.
  public let sourceName: String
  public let policy: ConversionOptions.NonFinitePolicy
  /// At least 1; more than the machine's processors are not used.
  public let threads: Int
  /// What encodes and decodes; the output is the same with every set.
  public let kernels: KernelSet

  public init(
    plan: FakeQuantizationPlan, source: any TensorSource, sourceName: String,
    policy: ConversionOptions.NonFinitePolicy = .error, threads: Int, kernels: KernelSet = .fastest
  ) {
    self.plan = plan
    self.source = source
    self.sourceName = sourceName
    self.policy = policy
    self.threads = max(1, threads)
    self.kernels = kernels
  }

  /// Bytes of the source that will be read.
  public var workBytes: Int { plan.tensors.lazy.map(\.source.byteCount).clampedSum }

  /// Writes all tensors and then the headers into `outputs`, which the caller commits.
  ///
  /// - Parameters:
  ///   - outputs: A file of its size for each file of the plan's layout, all zeros.
  ///   - isCancelled: Asked before every chunk.
  ///   - progress: Told of every chunk: bytes of the source, and the tensor's name. Called from many threads.
  /// - Returns: What each tensor of the plan lost, rounding to its dtype included; nil for those that stayed as they are.
  /// - Throws: ``StreamFailure``: of several, that of the chunk that stands first in the source.
  public func run(
    into outputs: [AtomicFileWriter], isCancelled: @Sendable () -> Bool = { false },
    progress: @Sendable (Int, String) -> Void = { _, _ in }
  ) throws(StreamFailure) -> Converter.Outcome {
    precondition(outputs.count == plan.layout.files.count)
    let transfers = plan.tensors.map(FakeQuantizationTransfer.init)
    let ledger = Mutex(
      (
        losses: LossLedger(tensorCount: transfers.count), replaced: [Int](repeating: 0, count: transfers.count)
      ))
    try ChunkList(transfers.map(\.source.shape)).forEachInParallel(threads: threads, isCancelled: isCancelled) {
      FakeQuantizationWorker(
        transfers: transfers, source: source, sourceName: sourceName, policy: policy, kernels: kernels, outputs: outputs
      )
    } enter: { result, chunk, worker in
      let tensor = transfers[chunk.tensor]
      ledger.withLock { ledger in
        ledger.replaced[chunk.tensor] += result.replaced
        guard let loss = result.loss, let type = tensor.through?.elementType else { return }
        ledger.losses.enter(
          loss, chunk, &worker.buffers.counts, empty: TensorLoss(tensor.source.shape, type),
          isQuantized: type.kind == .quantized)
      }
      progress(chunk.bytes(of: tensor.source.elementType).count, tensor.source.name)
    }
    do throws(FileError) {
      for (file, output) in zip(plan.layout.files, outputs) { try output.write(file.layout.header.span, at: 0) }
    } catch {
      throw .output(error)
    }
    return ledger.withLock {
      Converter.Outcome(
        measurements: $0.losses.measurements, errors: $0.losses.relative, replaced: $0.replaced,
        outputs: Array(repeating: nil, count: $0.replaced.count), isMeasured: true)
    }
  }

  /// What it lost, as a verification of a conversion to the type would tell it.
  ///
  /// - Parameters:
  ///   - name: What the output is called.
  ///   - seconds: How long it took; nil where that is not wanted.
  public func report(_ outcome: Converter.Outcome, output name: String, seconds: Double?) -> VerificationReport {
    VerificationReport(
      file: .init(
        name: name, format: "safetensors", size: plan.layout.files.lazy.map(\.layout.fileSize).clampedSum),
      source: .init(source, name: sourceName),
      inputs: zip(plan.tensors, outcome.measurements).map { tensor, measurement in
        let source = tensor.source
        let file = TensorDescription(
          name: source.name, elementType: tensor.through ?? source.elementType, shape: source.shape,
          file: tensor.place.file, offset: tensor.place.offset, byteCount: tensor.place.byteCount)
        return .init(file: file, source: source, measurement: measurement)
      }, errors: outcome.errors, isExact: false, findings: [], seconds: seconds)
  }
}
