internal import Dispatch
internal import Synchronization

/// What one thread does with the chunks that it is given.
package protocol ChunkConsumer: SendableMetatype {
  associatedtype Result
  mutating func consume(_ chunk: ChunkList.Chunk) throws(StreamFailure) -> Result
  /// Announces a chunk that will be consumed soon, perhaps by another thread.
  func prefetch(_ chunk: ChunkList.Chunk)
  /// Called where a chunk was not consumed, and the thread takes no other.
  func abandon()
}

extension ChunkConsumer {
  package func abandon() {}
}

extension ChunkList {
  /// Hands every chunk to one of several threads, in about their order.
  ///
  /// - Parameters:
  ///   - isCancelled: Asked before every chunk.
  ///   - makeConsumer: Called once on each thread.
  ///   - enter: Called after every chunk, with what became of it.
  /// - Throws: ``StreamFailure``: of several, that of the chunk that stands first.
  package func forEachInParallel<Consumer: ChunkConsumer>(
    threads: Int, isCancelled: @Sendable () -> Bool, makeConsumer: @Sendable () -> Consumer,
    enter: @Sendable (Consumer.Result, Chunk, inout Consumer) -> Void
  ) throws(StreamFailure) {
    let next = Atomic(0)
    let first = Mutex<(chunk: Int, failure: StreamFailure)?>(nil)
    @Sendable func fail(_ chunk: Int, _ failure: StreamFailure) {
      first.withLock { first in if chunk < first?.chunk ?? .max { first = (chunk, failure) } }
    }
    DispatchQueue.concurrentPerform(iterations: min(threads, max(1, count))) { _ in
      var consumer = makeConsumer()
      while true {
        let number = next.add(1, ordering: .relaxed).oldValue
        // A chunk before a failed one is consumed all the same, so that the first failure is always found.
        guard number < count, first.withLock({ number < $0?.chunk ?? .max }) else { return }
        // While this chunk is worked on, the disk can read the one that comes after the other threads'.
        if number + threads < count { consumer.prefetch(self[number + threads]) }
        do throws(StreamFailure) {
          if isCancelled() { throw .cancelled }
          let chunk = self[number]
          enter(try consumer.consume(chunk), chunk, &consumer)
        } catch {
          fail(number, error)
          return consumer.abandon()
        }
      }
    }
    if let failure = first.withLock({ $0?.failure }) { throw failure }
  }
}
