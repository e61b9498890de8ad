internal import Checkpoints
internal import Dispatch
internal import FileAccess
internal import Synchronization
internal import TensorCore

/// Pieces of a file that several threads take in their order.
struct NumberedPieces: Sendable {
  /// What a thread reads into, used for every piece.
  struct Buffer {
    private(set) var bytes: [UInt8] = []

    mutating func read(_ range: Range<Int>, of file: InputFile) throws(SourceError) {
      if bytes.count != range.count { bytes = [UInt8](repeating: 0, count: range.count) }
      var span = bytes.mutableSpan
      try file.read(at: range.lowerBound, into: &span)
    }
  }

  let count: Int

  /// - Parameters:
  ///   - isCancelled: Asked before every piece.
  ///   - body: What is done with a piece.
  ///   - failed: Called after a piece that was not done.
  /// - Throws: ``StreamFailure``: of several, that of the piece that stands first.
  func forEachInParallel(
    threads: Int, isCancelled: @Sendable () -> Bool,
    _ body: @Sendable (Int, inout Buffer) throws(StreamFailure) -> Void, failed: @Sendable () -> Void
  ) throws(StreamFailure) {
    let next = Atomic(0)
    let first = Mutex<(piece: Int, failure: StreamFailure)?>(nil)
    DispatchQueue.concurrentPerform(iterations: min(threads, max(1, count))) { _ in
      var buffer = Buffer()
      while true {
        let number = next.add(1, ordering: .relaxed).oldValue
        // A piece before a failed one is done all the same, so that the first failure is always found.
        guard number < count, first.withLock({ number < $0?.piece ?? .max }) else { return }
        do throws(StreamFailure) {
          if isCancelled() { throw .cancelled }
          try body(number, &buffer)
        } catch {
          first.withLock { first in if number < first?.piece ?? .max { first = (number, error) } }
          return failed()
        }
      }
    }
    if let failure = first.withLock({ $0?.failure }) { throw failure }
  }
}
