internal import Dispatch
internal import Synchronization

/// Pieces of work with the numbers from 0 up, which several threads take in their order.
package struct NumberedWork: Sendable {
  package let count: Int

  package init(count: Int) { self.count = count }

  /// - Parameters:
  ///   - threads: At least 1.
  ///   - isCancelled: Asked before every piece.
  ///   - makeState: Makes what a thread keeps from piece to piece; called once on each.
  ///   - body: Does a piece.
  ///   - failed: Called where a piece was not done, and the thread takes no other.
  /// - Throws: ``StreamFailure``: of several, that of the piece that stands first.
  package func forEachInParallel<State>(
    threads: Int, isCancelled: @Sendable () -> Bool, makeState: @Sendable () -> State,
    _ body: @Sendable (Int, inout State) throws(StreamFailure) -> Void, failed: @Sendable (State) -> Void
  ) throws(StreamFailure) {
    let next = Atomic(0)
    let first = Mutex<(number: Int, failure: StreamFailure)?>(nil)
    DispatchQueue.concurrentPerform(iterations: min(threads, max(1, count))) { _ in
      var state = makeState()
      while true {
        let number = next.add(1, ordering: .relaxed).oldValue
        // A piece before a failed one is done all the same, so that the first failure is always found.
        guard number < count, first.withLock({ number < $0?.number ?? .max }) else { return }
        do throws(StreamFailure) {
          if isCancelled() { throw .cancelled }
          try body(number, &state)
        } catch {
          first.withLock { first in if number < first?.number ?? .max { first = (number, error) } }
          return failed(state)
        }
      }
    }
    if let failure = first.withLock({ $0?.failure }) { throw failure }
  }
}
