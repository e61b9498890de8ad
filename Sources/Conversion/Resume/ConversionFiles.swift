internal import Checkpoints
internal import Digests
public import FileAccess
internal import GGUF
internal import Synchronization
public import TensorCore

/// The files that a conversion writes, and the journal beside the first of them, with which another process goes on where
/// this one is ended.
///
/// Without a journal (the file system has no locks, or the name of a file is too long) they are written all the same.
public final class ConversionFiles: Sendable {
  /// One for each file of the plan.
  public let writers: [AtomicFileWriter]
  /// Chunks that an earlier process has written; some of them may turn out to be damaged.
  public let chunksFound: Int

  private let journal: ConversionJournal?
  private let chunks: ChunkList
  private let resumed = Atomic(0)

  /// Makes the files, or takes up those that an earlier process has left.
  ///
  /// - Parameters:
  ///   - paths: One for each file of the plan's layout.
  ///   - program: The name and version of the program: what another version has left is not taken up.
  ///   - replaces: Whether files that exist are replaced.
  ///   - resumes: Whether to go on with what is left of the same conversion; otherwise it is removed.
  /// - Throws: ``FileError``: `.create`, `.write`; `.create` where another process writes the first file, and where a
  ///   journal cannot be kept and `resumes` asks for one.
  public init(
    _ paths: [String], plan: ConversionPlan, source: any TensorSource, policy: ConversionOptions.NonFinitePolicy,
    program: String, replaces: Bool, resumes: Bool
  ) throws(FileError) {
    precondition(paths.count == plan.layout.parts.count)
    chunks = plan.chunks
    let lock = try Self.lock(paths, isNeeded: resumes)
    journal = lock.map {
      ConversionJournal(
        $0, identity: plan.identity(source: source, policy: policy, program: program), chunkCount: plan.chunks.count,
        resumes: resumes)
    }
    chunksFound = journal?.digests.count ?? 0
    var writers: [AtomicFileWriter] = []
    do throws(FileError) {
      for (path, part) in zip(paths, plan.layout.parts) {
        writers.append(try Self.writer(path, size: part.fileSize, replaces: replaces, journal))
      }
    } catch {
      Self.end(writers, journal, keeping: chunksFound > 0)
      throw error
    }
    self.writers = writers
  }

  private static func writer(
    _ path: String, size: Int, replaces: Bool, _ journal: ConversionJournal?
  ) throws(FileError) -> AtomicFileWriter {
    guard let journal else { return try AtomicFileWriter(path: path, size: size, replaces: replaces) }
    return try .resumable(path: path, size: size, replaces: replaces, leftover: journal.leftover)
  }

  /// The files go or stay while the journal is held.
  private static func end(_ writers: [AtomicFileWriter], _ journal: ConversionJournal?, keeping: Bool) {
    for writer in writers { if keeping && journal != nil { writer.keep() } else { writer.discard() } }
    if keeping { journal?.keep() } else { journal?.remove() }
  }

  /// The journal's file, held; nil where it cannot be.
  private static func lock(_ paths: [String], isNeeded: Bool) throws(FileError) -> LockedFile? {
    guard let first = paths.first else { return nil }
    var reason = "has a name too long for a journal beside it"
    // All files must be found again by their names.
    if paths.allSatisfy({ AtomicFileWriter.companion(of: $0, ending: "partial") != nil }),
      let path = AtomicFileWriter.companion(of: first, ending: "journal")
    {
      do throws(LockedFile.Failure) {
        return try LockedFile(path: path)
      } catch {
        switch error {
        case .isHeld:
          throw FileError(path: first, operation: .create, reason: "is being written by another process")
        case .refused(let code): reason = "cannot have a journal beside it: \(code)"
        }
      }
    }
    guard isNeeded else { return nil }
    throw FileError(path: first, operation: .create, reason: "\(reason); without --resume it is written all the same")
  }

  /// Without a word to the contrary nothing is left that was not given its name.
  deinit { discard() }

  /// Removes what has not been given its name, and the journal.
  public func discard() { Self.end(writers, journal, keeping: false) }

  /// Leaves everything for a process that goes on with it.
  ///
  /// - Returns: Whether there is a journal, without which nothing can.
  public func keep() -> Bool {
    Self.end(writers, journal, keeping: true)
    return journal != nil
  }

  /// Makes the files durable and gives them their names. The journal stays until ``discard()``, so that a process that is
  /// ended before it could say so does not begin anew.
  ///
  /// - Throws: ``FileError``.
  public func commit() throws(FileError) {
    try AtomicFileWriter.commit(writers) { journal?.beginNaming() }
  }

  /// Chunks of an earlier process that were found to be whole.
  public var chunksResumed: Int { resumed.load(ordering: .relaxed) }

  /// All chunks of the conversion.
  public var chunkCount: Int { chunks.count }

  // MARK: Chunks

  /// Fills `blocks`, which has the chunk's length, with what an earlier process has written for it.
  ///
  /// - Returns: Whether it has, and the bytes are those that it wrote.
  func readFinished(
    _ chunk: ChunkList.Chunk, at offset: Int, of output: Int, into blocks: inout [UInt8]
  ) throws(FileError) -> Bool {
    guard let digest = journal?.digests[chunks.number(of: chunk)] else { return false }
    var span = blocks.mutableSpan
    guard try writers[output].read(at: offset, into: &span) == blocks.count, Self.digest(blocks) == digest else {
      return false
    }
    resumed.add(1, ordering: .relaxed)
    return true
  }

  /// Notes that the bytes of a chunk are written.
  func enter(_ chunk: ChunkList.Chunk, _ blocks: [UInt8]) {
    guard let journal else { return }
    journal.enter(chunk: chunks.number(of: chunk), digest: Self.digest(blocks))
  }

  private static func digest(_ bytes: [UInt8]) -> UInt64 {
    var hash = XXH64()
    hash.update(bytes.span)
    return hash.value()
  }
}

extension ConversionPlan {
  /// The pieces in which it is carried out.
  var chunks: ChunkList { ChunkList(readingOrder(isOutputOrdered: false).map { tensors[$0].shape }) }
}
