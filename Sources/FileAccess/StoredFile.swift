import SystemPackage
import TensorCore

/// A regular file's bytes as they are on the disk, for positioned reads by many threads at once.
///
/// Positioned reads rather than a mapping: the memory in use is exactly the caller's buffers, and a file that is cut
/// short while it is being read is an error, not a signal.
final class StoredFile: StoredBytes {
  let path: String
  /// Bytes, when the file was opened.
  let size: Int
  var isRemote: Bool { false }

  private let descriptor: FileDescriptor

  /// Opens a regular file.
  ///
  /// - Throws: ``SourceError/file(_:)`` for a file that is missing or unreadable, and for anything that is not a regular
  ///   file: a directory, a pipe (which is not waited for), a device.
  init(path: String) throws(SourceError) {
    func refusal(_ reason: String) -> SourceError {
      .file(FileError(path: path, operation: .open, reason: reason))
    }
    // Without nonBlocking, opening a pipe that nobody writes to would wait for ever.
    let descriptor: FileDescriptor
    do {
      descriptor = try FileDescriptor.open(FilePath(path), .readOnly, options: [.nonBlocking, .closeOnExec])
    } catch {
      throw refusal(describe(error))
    }
    do {
      switch try FileStatus(of: descriptor) {
      case let status where status.kind == .regular:
        self.size = status.size
      case let status:
        throw refusal("is \(status.kind.rawValue), not a regular file")
      }
    } catch {
      try? descriptor.close()
      if let refused = error as? SourceError { throw refused }
      throw refusal(describe(error))
    }
    self.path = path
    self.descriptor = descriptor
  }

  deinit { try? descriptor.close() }

  /// Fills `buffer` from `offset` on.
  ///
  /// - Throws: ``SourceError/file(_:)`` where the system refuses, or the file ends before the buffer is full.
  func read(at offset: Int, into buffer: inout MutableSpan<UInt8>) throws(SourceError) {
    func failure(_ reason: String) -> SourceError {
      .file(FileError(path: path, operation: .read, reason: reason))
    }
    let done: Int
    do {
      done = try descriptor.fill(&buffer, from: offset)
    } catch {
      throw failure(describe(error))
    }
    guard done == buffer.count else {
      throw failure(
        "ends at byte \(offset + done), expected \(offset + buffer.count) or more: it was cut short while being read")
    }
  }

  /// Says that `range` will be read soon; nothing depends on it.
  func prefetch(_ range: Range<Int>) { adviseReading(range, of: descriptor) }
}

/// A system error in words, as the system gives them.
func describe(_ error: any Error) -> String {
  (error as? Errno).map { String(describing: $0) } ?? String(describing: error)
}
