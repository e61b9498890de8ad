internal import Checkpoints
internal import Hessians
internal import Kernels
internal import Synchronization
internal import TensorCore

/// The bases that threads are working with: the two that were asked for last. Of tensors of one Hessian it is made once as
/// long as they stand together.
final class FeedbackBases: Sendable {
  private struct Key: Hashable {
    let entry: HessianFile.Entry
    let matrix: Int
    let blockLength: Int
  }

  private let file: HessianFile
  private let feedback: ErrorFeedback
  /// Of each entry whose tensors have scaled channels, the scales.
  private let scales: [HessianFile.Entry: [Float]]
  private let kernels: KernelSet
  private let isCancelled: @Sendable () -> Bool
  /// The last one used stands last.
  private let kept = Mutex<[(key: Key, basis: FeedbackBasis)]>([])

  static let capacity = 2

  init(
    _ file: HessianFile, _ plan: ConversionPlan, _ kernels: KernelSet, isCancelled: @escaping @Sendable () -> Bool
  ) {
    (self.file, feedback, self.kernels, self.isCancelled) = (file, plan.feedback, kernels, isCancelled)
    scales = plan.tensors.reduce(into: [:]) { scales, tensor in
      guard let entry = tensor.hessian else { return }
      scales[entry] = plan.channelScales?.scales(of: tensor.source.name)?.values
    }
  }

  /// The basis of one of an entry's matrices; who asks while it is made waits for it.
  func basis(
    _ entry: HessianFile.Entry, matrix: Int, blockLength: Int
  ) throws(StreamFailure) -> FeedbackBasis {
    let key = Key(entry: entry, matrix: matrix, blockLength: blockLength)
    return try kept.withLock { (kept) throws(StreamFailure) in
      if let place = kept.firstIndex(where: { $0.key == key }) {
        kept.append(kept.remove(at: place))
      } else {
        // Room is made first.
        if kept.count >= Self.capacity { kept.removeFirst() }
        kept.append((key, try make(key)))
      }
      return kept[kept.count - 1].basis
    }
  }

  /// Bytes that they take where none has more columns: while one is made, of the file, in another order, and the factor; of
  /// the other what is kept.
  static func byteCount(columns: Int, _ feedback: ErrorFeedback) -> Int {
    // At most 2^16 columns.
    let matrix = 4 * columns * columns
    let kept = feedback.passes > 0 ? 2 : 1
    return (3 + (capacity - 1) * kept) * matrix
  }

  private func make(_ key: Key) throws(StreamFailure) -> FeedbackBasis {
    var matrix: [Float]
    do throws(SourceError) {
      matrix = try file.read(key.entry, matrix: key.matrix)
    } catch {
      throw .source(error)
    }
    if let scales = scales[key.entry] { matrix = scales.scaling(matrix) }
    let made: FeedbackBasis?
    do throws(HessianFactor.Failure) {
      made = try FeedbackBasis(
        of: matrix, blockLength: key.blockLength, feedback, kernels: kernels, isCancelled: isCancelled)
    } catch {
      let violation = HessianError.notPositive(tensor: key.entry.name, column: error.column, pivot: error.pivot)
      throw .source(.invalid(path: file.path, violation))
    }
    guard let made else { throw .cancelled }
    return made
  }
}
