internal import Digests
internal import FileAccess
internal import Synchronization
internal import TensorCore

/// Which chunks of a conversion have been written, with a digest of the bytes of each, in a file beside the output.
///
/// A record is added behind the bytes that it is about, without waiting for the disk: after the end of the process both
/// are there; after the end of the system one may be without the other, which the digest tells. Records that are damaged
/// count as not there, and so does a journal of another conversion.
final class ConversionJournal: Sendable {
  private static let magic = Array("gguf convert, journal 1\n".utf8)
  /// The chunk's number, the XXH64 digest of its bytes, and that of these two; little-endian.
  private static let recordBytes = 24
  /// In place of a chunk's number: all chunks are written, and the files are being given their names.
  private static let namingRecord = UInt64.max

  /// Of the chunks that an earlier process has written, by their numbers.
  let digests: ChunkDigests
  /// Whether an earlier process of the same conversion was giving the files their names.
  private let wasNaming: Bool

  private let file: LockedFile
  /// Where the next record goes; nil once one could not be written: what comes then is done again.
  private let end: Mutex<Int?>
  /// Whether the journal is kept, or gone.
  private let isSettled = Atomic(false)

  /// - Parameters:
  ///   - file: The journal, which is held.
  ///   - identity: 32 bytes that tell this conversion from others.
  ///   - chunkCount: The number of chunks that the conversion has.
  ///   - resumes: Whether what the journal says is taken over.
  init(_ file: LockedFile, identity: [UInt8], chunkCount: Int, resumes: Bool) {
    self.file = file
    let header = Self.magic + identity
    // What cannot be read is no use, and not needed.
    let found = resumes ? try? Self.records(of: file, header: header, chunkCount: chunkCount) : nil
    (digests, wasNaming) = (found?.digests ?? ChunkDigests(chunkCount: chunkCount), found?.wasNaming ?? false)
    end = Mutex(found?.end ?? Self.begin(file, header))
  }

  private static func begin(_ file: LockedFile, _ header: [UInt8]) -> Int? {
    do throws(FileError) {
      try file.cut(to: 0)
      try file.write(header, at: 0)
      return header.count
    } catch {
      return nil
    }
  }

  /// nil where the journal is one of another conversion, or none.
  private static func records(
    of file: LockedFile, header: [UInt8], chunkCount: Int
  ) throws(FileError) -> (digests: ChunkDigests, wasNaming: Bool, end: Int)? {
    guard try file.bytes(from: 0, count: header.count) == header else { return nil }
    var digests = ChunkDigests(chunkCount: chunkCount)
    var wasNaming = false
    var at = header.count
    while true {
      let bytes = try file.bytes(from: at, count: 4096 * recordBytes)
      for start in stride(from: 0, through: bytes.count - recordBytes, by: recordBytes) {
        guard let (number, digest) = record(bytes.span, at: start) else { continue }
        if number == namingRecord {
          wasNaming = true
        } else if let chunk = Int(exactly: number) {
          digests.set(digest, of: chunk)
        }
      }
      at += bytes.count / recordBytes * recordBytes
      if bytes.count < 4096 * recordBytes { return (digests, wasNaming, at) }
    }
  }

  private static func record(_ bytes: Span<UInt8>, at start: Int) -> (number: UInt64, digest: UInt64)? {
    var hash = XXH64()
    hash.update(bytes.extracting(start..<(start + 16)))
    guard hash.value() == bytes.load(UInt64.self, at: start + 16) else { return nil }
    return (bytes.load(UInt64.self, at: start), bytes.load(UInt64.self, at: start + 8))
  }

  /// What to do with the files that it is about.
  var leftover: AtomicFileWriter.Leftover {
    wasNaming ? .takenUpByEitherName : digests.count == 0 ? .removed : .takenUp
  }

  /// Notes that the bytes of a chunk are written.
  func enter(chunk number: Int, digest: UInt64) { append(UInt64(number), digest) }

  /// Notes that all chunks are written, and on the disk.
  func beginNaming() { append(Self.namingRecord, 0) }

  private func append(_ number: UInt64, _ digest: UInt64) {
    var record: [UInt8] = []
    record.append(littleEndian: number)
    record.append(littleEndian: digest)
    var hash = XXH64()
    hash.update(record.span)
    record.append(littleEndian: hash.value())
    end.withLock { end in
      guard let place = end else { return }
      do throws(FileError) {
        try file.write(record, at: place)
        end = place + record.count
      } catch {
        end = nil
      }
    }
  }

  /// Takes the journal away, unless it is kept: there is nothing to go on with any more.
  func remove() {
    // Once: somebody else may have a journal of this name later.
    if !isSettled.exchange(true, ordering: .relaxed) { file.remove() }
  }

  /// Lets the journal stay for a process that goes on with it.
  func keep() { isSettled.store(true, ordering: .relaxed) }
}
