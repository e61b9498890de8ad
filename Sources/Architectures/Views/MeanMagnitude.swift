internal import Synchronization
internal import TensorCore

/// The mean of the magnitudes of a tensor's elements. Read through once, when it is asked for first; other threads that
/// ask meanwhile wait.
///
/// The sum is taken in double precision in the order of the elements. PyTorch's depends on its version and threads; the
/// two means differ by an ulp or so.
final class MeanMagnitude: Sendable {
  private static let pieceElements = 1 << 18

  private let tensor: TensorDescription
  private let known = Mutex<Float?>(nil)

  init(of tensor: TensorDescription) { self.tensor = tensor }

  func value(in checkpoint: any TensorSource) throws(SourceError) -> Float {
    var failure: SourceError?
    let value = known.withLock { known -> Float in
      if let known { return known }
      do throws(SourceError) {
        let value = try Self.mean(of: tensor, in: checkpoint)
        known = value
        return value
      } catch {
        failure = error
        return 0
      }
    }
    if let failure { throw failure }
    return value
  }

  private static func mean(
    of tensor: TensorDescription, in checkpoint: any TensorSource
  ) throws(SourceError) -> Float {
    let (count, type) = (tensor.shape.elementCount, tensor.elementType)
    guard count > 0 else { return 0 }
    var sum = 0.0
    var bytes: [UInt8] = []
    for start in stride(from: 0, to: count, by: pieceElements) {
      let length = min(pieceElements, count - start)
      if bytes.count != length * type.blockBytes { bytes = Array(repeating: 0, count: length * type.blockBytes) }
      var span = bytes.mutableSpan
      try checkpoint.read(tensor, from: start * type.blockBytes, into: &span)
      for value in decoded(bytes, of: type) { sum += Double(abs(value)) }
    }
    return Float(sum / Double(count))
  }
}
