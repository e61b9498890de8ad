internal import Checkpoints
internal import Kernels
internal import Synchronization
internal import TensorCore
internal import Verification

/// What products with activations lost, tensor by tensor, while many threads measure chunks in any order.
///
/// The activations of a tensor are read by the thread that needs them first, and let go with the tensor's last chunk.
/// Chunks are added in their order, so that the figures do not depend on the number of threads.
final class ProductLedger: Sendable {
  /// What is known of a tensor.
  private struct State {
    var measure: ProductMeasure?
    var loss: ProductLoss?
    /// Chunks that wait for those before them.
    var waiting: [Int: (loss: ProductLoss, isLast: Bool)] = [:]
    var next = 0
  }

  private final class Tensor: Sendable {
    let state = Mutex(State())
  }

  private let activations: CalibrationActivations
  private let pairs: [VerificationPlan.Pair]
  private let kernels: KernelSet
  private let tensors: [Tensor]

  init(_ activations: CalibrationActivations, _ plan: VerificationPlan, _ kernels: KernelSet) {
    self.activations = activations
    self.kernels = kernels
    pairs = plan.pairs
    tensors = plan.pairs.map { _ in Tensor() }
  }

  /// Measures a chunk of whole rows; nothing where its tensor has no activations. Every chunk is given once.
  ///
  /// - Parameters:
  ///   - weights: The chunk as the source has it.
  ///   - blocks: The chunk as the file has it.
  /// - Throws: ``SourceError`` where the activations cannot be read, or are not finite.
  func measure(
    _ chunk: ChunkList.Chunk, weights: Span<Float>, blocks: Span<UInt8>, with buffers: inout ProductMeasure.Buffers
  ) throws(SourceError) {
    guard activations.tensors[chunk.tensor] != nil, let measure = try measure(of: chunk.tensor) else { return }
    let loss = measure.measure(weights: weights, blocks: blocks, with: &buffers)
    tensors[chunk.tensor].state.withLock { state in
      state.waiting[chunk.index] = (loss, chunk.isLast)
      while let (loss, isLast) = state.waiting.removeValue(forKey: state.next) {
        state.loss = state.loss ?? ProductLoss()
        state.loss?.add(loss)
        state.next += 1
        if isLast { state.measure = nil }
      }
    }
  }

  /// The first thread reads the tensor's activations, and others wait for it.
  private func measure(of index: Int) throws(SourceError) -> ProductMeasure? {
    let (activations, kernels, type) = (activations, kernels, pairs[index].file.elementType)
    return try tensors[index].state.withLock { (state) throws(SourceError) in
      if state.measure == nil {
        state.measure = try activations.measure(ofPair: index, type: type, kernels: kernels)
      }
      return state.measure
    }
  }

  /// For each pair of the plan, when all chunks have been measured; nil for tensors without activations, and those of whose
  /// products none is finite.
  var products: [VerificationReport.Product?] {
    zip(activations.tensors, losses).map { tensor, loss in
      guard let tensor, let loss, loss.count > 0 else { return nil }
      return VerificationReport.Product(
        samples: tensor.shape.rowCount, relativeRMSE: loss.relativeRMSE, weightsOnly: loss.weightsOnly)
    }
  }

  /// As ``products``, with what was left out.
  var losses: [ProductLoss?] { tensors.map { $0.state.withLock { $0.loss } } }
}
