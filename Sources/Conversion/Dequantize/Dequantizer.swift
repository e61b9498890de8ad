public import Checkpoints
public import FileAccess
public import Kernels
internal import Safetensors
internal import Synchronization
public import TensorCore

/// Carries out a ``DequantizationPlan``: every chunk read, decoded and written, on several threads.
///
/// Memory is bounded by threads x chunk, whatever the size of the model. The bytes written do not depend on the number of
/// threads, nor does the error that is reported.
public struct Dequantizer: Sendable {
  public let plan: DequantizationPlan
  public let source: any TensorSource
  /// What the checkpoint is called in errors.
  public let sourceName: String
  public let policy: ConversionOptions.NonFinitePolicy
  /// At least 1; more than the machine's processors are not used.
  public let threads: Int
  /// What decodes; the output is the same with every set.
  public let kernels: KernelSet

  public init(
    plan: DequantizationPlan, source: any TensorSource, sourceName: String,
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
  /// - Returns: For each tensor of the plan, the values that the policy for non-finite ones has replaced.
  /// - Throws: ``StreamFailure``: of several, that of the chunk that stands first in the source.
  public func run(
    into outputs: [AtomicFileWriter], isCancelled: @Sendable () -> Bool = { false },
    progress: @Sendable (Int, String) -> Void = { _, _ in }
  ) throws(StreamFailure) -> [Int] {
    precondition(outputs.count == plan.layout.files.count)
    let transfers = plan.tensors.map { tensor in
      TensorTransfer(
        source: tensor.source, target: tensor.target, shape: tensor.source.shape, output: tensor.place.file,
        offset: tensor.place.offset, importance: nil)
    }
    let replaced = Mutex([Int](repeating: 0, count: transfers.count))
    try ChunkList(transfers.map(\.shape)).forEachInParallel(threads: threads, isCancelled: isCancelled) {
      ChunkWorker(
        transfers: transfers, source: source, sourceName: sourceName, policy: policy, kernels: kernels,
        measures: false, outputs: outputs)
    } enter: { result, chunk, _ in
      replaced.withLock { $0[chunk.tensor] += result.replaced }
      let tensor = transfers[chunk.tensor].source
      progress(chunk.bytes(of: tensor.elementType).count, tensor.name)
    }
    do throws(FileError) {
      for (file, output) in zip(plan.layout.files, outputs) { try output.write(file.layout.header.span, at: 0) }
    } catch {
      throw .output(error)
    }
    return replaced.withLock { $0 }
  }
}
