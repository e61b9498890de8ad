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
    try NumberedWork(count: count).forEachInParallel(
      threads: threads, isCancelled: isCancelled, makeState: makeConsumer
    ) {
      (number, consumer) throws(StreamFailure) in
      // While this chunk is worked on, the disk can read the one that comes after the other threads'.
      if number + threads < count { consumer.prefetch(self[number + threads]) }
      let chunk = self[number]
      enter(try consumer.consume(chunk), chunk, &consumer)
    } failed: {
      $0.abandon()
    }
  }
}
