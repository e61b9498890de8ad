public import Checkpoints
public import Kernels
internal import Quantization
public import TensorCore

/// Finds out which tensors of a checkpoint are on the grid of a type already, as quantization-aware training leaves them: what
/// `GridCodec` encodes them to has lost nothing. formats/fake-quantize.md.
///
/// Tensors are streamed in chunks on several threads; a tensor that every type is ruled out for is not read on. The result does
/// not depend on threads nor kernels.
public struct GridRecognizer: Sendable {
  /// The types whose exact scales are looked for.
  public static let types = ElementType.allCases.filter { $0.gridCodec != nil }

  public let source: any TensorSource
  public let threads: Int
  public let kernels: KernelSet
  private let candidates: [GridWorker.Candidate]

  /// - Parameters:
  ///   - types: Those that are looked at. Of one that is not in ``types`` the reference's blocks decide.
  ///   - threads: At least 1; more than the machine's processors are not used.
  public init(
    source: any TensorSource, types: [ElementType] = types, threads: Int, kernels: KernelSet = .fastest
  ) {
    self.source = source
    self.threads = max(1, threads)
    self.kernels = kernels
    candidates = source.tensors.compactMap { tensor in
      guard let precision = WeightPrecision(tensor.elementType), tensor.shape.elementCount > 0 else { return nil }
      // Those that a conversion would quantize.
      let types = types.filter { type in
        guard let choice = try? ConversionOptions(type: type).choice(for: tensor) else { return false }
        return choice.target == type && choice.reason == nil
      }
      return types.isEmpty ? nil : .init(tensor: tensor, precision: precision, types: types.compactMap(\.codec))
    }
  }

  /// Bytes of the source that will be read at most.
  public var workBytes: Int { candidates.lazy.map(\.tensor.byteCount).clampedSum }

  /// Looks at all tensors of F32, F16 and BF16 that a conversion to one of the types would quantize.
  ///
  /// - Parameters:
  ///   - isCancelled: Asked before every chunk.
  ///   - progress: Told of every chunk: bytes of the source, and the tensor's name. Called from many threads.
  /// - Throws: ``StreamFailure``: of several, that of the chunk that stands first in the source.
  public func run(
    isCancelled: @Sendable () -> Bool = { false }, progress: @Sendable (Int, String) -> Void = { _, _ in }
  ) throws(StreamFailure) -> [TensorGrids] {
    let ledger = GridLedger(candidates: candidates.map(\.types.count))
    let candidates = candidates
    try ChunkList(candidates.map(\.tensor.shape)).forEachInParallel(threads: threads, isCancelled: isCancelled) {
      GridWorker(candidates: candidates, ledger: ledger, source: source, kernels: kernels)
    } enter: { _, chunk, _ in
      let tensor = candidates[chunk.tensor].tensor
      progress(chunk.bytes(of: tensor.elementType).count, tensor.name)
    }
    return candidates.enumerated().map { index, candidate in
      let grids = candidate.types.enumerated().compactMap { number, codec in
        ledger[index, number].map { tally in
          TensorGrids.Grid(
            type: codec.elementType, blockCount: candidate.tensor.shape.elementCount / codec.elementType.blockLength,
            missedBlocks: tally.missed, match: tally.match)
        }
      }
      return TensorGrids(tensor: candidate.tensor, grids: grids)
    }
  }
}
