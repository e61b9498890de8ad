package import Checkpoints
package import Kernels
internal import Synchronization
package import TensorCore

/// Reads the data of tensors once and finds what is wrong in it. formats/payload.md.
///
/// Memory is bounded by threads x chunk. What is found does not depend on the number of threads or on the set of kernels.
package struct PayloadPass: Sendable {
  package let source: any TensorSource
  /// Those that are looked at: without those that have no elements or only integers.
  package let tensors: [TensorDescription]
  /// At least 1.
  package let threads: Int
  package let kernels: KernelSet

  /// - Parameter tensors: Tensors of the source, whose data is in their files.
  package init(source: any TensorSource, tensors: [TensorDescription], threads: Int, kernels: KernelSet = .fastest) {
    self.source = source
    self.tensors = tensors.filter { $0.elementType.kind != .integer && $0.wholeBlockElements > 0 }
    self.threads = max(1, threads)
    self.kernels = kernels
  }

  /// Bytes that will be read.
  package var workBytes: Int { tensors.lazy.map(\.byteCount).clampedSum }

  /// - Parameters:
  ///   - isCancelled: Asked before every chunk.
  ///   - progress: Told of every chunk: bytes, and the tensor's name. Called from many threads.
  /// - Throws: ``StreamFailure``: of several, that of the chunk that stands first in the checkpoint.
  package func run(
    isCancelled: @Sendable () -> Bool = { false }, progress: @Sendable (Int, String) -> Void = { _, _ in }
  ) throws(StreamFailure) -> PayloadObservations {
    let (tensors, source, kernels) = (tensors, source, kernels)
    // Rows do not matter here, so that chunks of short rows are as long as others.
    let shapes = tensors.compactMap { Shape(checking: [UInt64($0.wholeBlockElements)]) }
    let ledger = Mutex(tensors.map { PayloadObservations.Observation(tensor: $0) })
    try ChunkList(shapes).forEachInParallel(threads: threads, isCancelled: isCancelled) {
      PayloadWorker(tensors: tensors, source: source, kernels: kernels)
    } enter: { result, chunk, _ in
      // Counts, smallest places and largest magnitudes do not depend on an order.
      ledger.withLock { $0[chunk.tensor].add(result) }
      let tensor = tensors[chunk.tensor]
      progress(chunk.bytes(of: tensor.elementType).count, tensor.name)
    }
    return PayloadObservations(tensors: ledger.withLock { $0 })
  }
}

extension TensorDescription {
  /// The elements, in the blocks that the payload has: all, unless whoever described the tensor is mistaken.
  fileprivate var wholeBlockElements: Int {
    min(byteCount / elementType.blockBytes, shape.elementCount / elementType.blockLength) * elementType.blockLength
  }
}
