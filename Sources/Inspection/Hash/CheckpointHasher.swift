public import Checkpoints
public import Digests
internal import Dispatch
internal import Synchronization
public import TensorCore

/// Reads a checkpoint's tensors and takes their digests, each tensor on one of several threads.
///
/// Memory is bounded by threads x buffer. The digest over all data has to be taken in its order: of several threads one
/// does that while the others take those of the tensors, so that a file is still in the system's cache when it is read
/// again; a single thread takes both as it reads.
public struct CheckpointHasher: Sendable {
  /// Bytes that are read at a time.
  private static let bufferBytes = 512 << 10

  public let source: any TensorSource
  public let algorithms: [DigestAlgorithm]
  /// Whether the digest over the data of all tensors is taken.
  public let hashesAllData: Bool
  /// At least 1.
  public let threads: Int

  public init(source: any TensorSource, algorithms: [DigestAlgorithm], hashesAllData: Bool, threads: Int) {
    self.source = source
    self.algorithms = algorithms
    self.hashesAllData = hashesAllData
    self.threads = max(1, threads)
  }

  /// Whether a thread reads all data for itself.
  private var readsTwice: Bool { hashesAllData && threads > 1 }

  /// Bytes that will be read.
  public var workBytes: Int {
    let bytes = source.tensors.lazy.map(\.byteCount)
    return readsTwice ? [bytes.clampedSum, bytes.clampedSum].clampedSum : bytes.clampedSum
  }

  /// - Parameters:
  ///   - isCancelled: Asked before every read.
  ///   - progress: Told of every read: bytes, and the tensor's name. Called from many threads.
  /// - Returns: One for each of the algorithms.
  /// - Throws: ``StreamFailure``: of several, that of the tensor that stands first.
  public func run(
    isCancelled: @escaping @Sendable () -> Bool = { false },
    progress: @escaping @Sendable (Int, String) -> Void = { _, _ in }
  ) throws(StreamFailure) -> [CheckpointDigests] {
    let state = Mutex(State(tensorCount: source.tensors.count))
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: threads) { lane in
      var reader = Reader(source: source, isCancelled: isCancelled, progress: progress)
      if lane == 0, readsTwice {
        var all = algorithms.map(Digester.init)
        for index in source.tensors.indices {
          var none: [Digester] = []
          guard state.withLock({ $0.isWanted(index) }), reader.hash(index, into: &none, &all, state) else { return }
        }
        state.withLock { $0.all = all.map { $0.digest() } }
      }
      var all = hashesAllData && !readsTwice ? algorithms.map(Digester.init) : []
      while true {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < source.tensors.count, state.withLock({ $0.isWanted(index) }) else { break }
        var own = algorithms.map(Digester.init)
        guard reader.hash(index, into: &own, &all, state) else { break }
        state.withLock { $0.tensors[index] = own.map { $0.digest() } }
      }
      if !all.isEmpty { state.withLock { $0.all = all.map { $0.digest() } } }
    }
    let result = state.withLock { $0 }
    if let failure = result.failure { throw failure.reason }
    return algorithms.enumerated().map { number, algorithm in
      CheckpointDigests(
        algorithm,
        tensors: zip(source.tensors, result.tensors).map { .init($0, data: $1[number]) },
        data: hashesAllData ? result.all[number] : nil)
    }
  }

  /// What the threads have found so far.
  private struct State: Sendable {
    /// For each tensor a digest of each algorithm.
    var tensors: [[Digest]]
    /// One of each algorithm.
    var all: [Digest] = []
    private(set) var failure: (tensor: Int, reason: StreamFailure)?

    init(tensorCount: Int) { tensors = Array(repeating: [], count: tensorCount) }

    /// A tensor before one that failed is read all the same, so that the first failure is always found.
    func isWanted(_ tensor: Int) -> Bool { tensor < failure?.tensor ?? .max }

    mutating func fail(_ tensor: Int, _ reason: StreamFailure) {
      if isWanted(tensor) { failure = (tensor, reason) }
    }
  }

  /// One thread's buffer.
  private struct Reader {
    let source: any TensorSource
    let isCancelled: @Sendable () -> Bool
    let progress: @Sendable (Int, String) -> Void
    private var buffer: [UInt8] = []

    init(
      source: any TensorSource, isCancelled: @escaping @Sendable () -> Bool,
      progress: @escaping @Sendable (Int, String) -> Void
    ) {
      (self.source, self.isCancelled, self.progress) = (source, isCancelled, progress)
    }

    /// Reads a tensor for two groups of hash functions; returns whether that went well, and takes note where not.
    mutating func hash(
      _ index: Int, into first: inout [Digester], _ second: inout [Digester], _ state: borrowing Mutex<State>
    ) -> Bool {
      let tensor = source.tensors[index]
      do throws(StreamFailure) {
        var start = 0
        while start < tensor.byteCount {
          if isCancelled() { throw .cancelled }
          let count = min(bufferBytes, tensor.byteCount - start)
          let end = min(tensor.byteCount - start - count, bufferBytes)
          source.prefetch(tensor, (start + count)..<(start + count + end))
          try Self.read(source, tensor, from: start, count, into: &buffer)
          for number in first.indices { first[number].update(buffer.span) }
          for number in second.indices { second[number].update(buffer.span) }
          progress(count, tensor.name)
          start += count
        }
        return true
      } catch {
        state.withLock { $0.fail(index, error) }
        return false
      }
    }

    private static func read(
      _ source: any TensorSource, _ tensor: TensorDescription, from start: Int, _ count: Int,
      into buffer: inout [UInt8]
    ) throws(StreamFailure) {
      if buffer.count != count { buffer = [UInt8](repeating: 0, count: count) }
      do throws(SourceError) {
        var span = buffer.mutableSpan
        try source.read(tensor, from: start, into: &span)
      } catch {
        throw .source(error)
      }
    }
  }
}
