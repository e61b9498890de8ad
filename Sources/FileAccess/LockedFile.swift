#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
public import SystemPackage
public import TensorCore

/// A small file that one process at a time holds, and that stays where the process ends without removing it.
///
/// The lock is the system's (`flock`): it goes with the process, however that ends.
public final class LockedFile: Sendable {
  /// Why a file cannot be held.
  public enum Failure: Error, Sendable {
    /// Another process holds it.
    case isHeld
    /// The system refuses, or has no locks on this file system.
    case refused(Errno)
  }

  public let path: String
  private let descriptor: FileDescriptor

  /// Opens or creates a file and holds it until this object goes away.
  ///
  /// Only a regular file of this user's own is opened, never one behind a link: somebody else could have put it there.
  public init(path: String) throws(Failure) {
    while true {
      let (descriptor, isNew) = try Self.open(FilePath(path))
      do throws(Failure) {
        if try Self.hold(descriptor, path: path) {
          self.path = path
          self.descriptor = descriptor
          return
        }
      } catch {
        // Safe: Swift lends the path as a C string for the time of the call.
        if case .refused = error, isNew { unsafe unlink(path) }
        try? descriptor.close()
        throw error
      }
      // Whoever held it has removed it meanwhile: the lock was of a file without a name.
      try? descriptor.close()
    }
  }

  /// The file, and whether it was not there before.
  private static func open(_ path: FilePath) throws(Failure) -> (FileDescriptor, isNew: Bool) {
    let options: FileDescriptor.OpenOptions = [.closeOnExec, .noFollow, .nonBlocking]
    while true {
      do {
        let permissions: FilePermissions = [.ownerReadWrite, .groupRead, .otherRead]
        return (
          try FileDescriptor.open(
            path, .readWrite, options: options.union([.create, .exclusiveCreate]), permissions: permissions), true
        )
      } catch Errno.fileExists {
      } catch {
        throw .refused(error as? Errno ?? .ioError)
      }
      do {
        return (try FileDescriptor.open(path, .readWrite, options: options), false)
      } catch Errno.noSuchFileOrDirectory {
        // It was removed meanwhile.
      } catch {
        throw .refused(error as? Errno ?? .ioError)
      }
    }
  }

  /// False where the path leads to another file by now.
  private static func hold(_ descriptor: FileDescriptor, path: String) throws(Failure) -> Bool {
    guard let own = try? FileStatus(of: descriptor), own.isPrivate else { throw .refused(.notPermitted) }
    var result: CInt
    repeat { result = flock(descriptor.rawValue, LOCK_EX | LOCK_NB) } while result != 0 && errno == EINTR
    guard result == 0 else {
      let code = Errno(rawValue: errno)
      throw code == .wouldBlock ? .isHeld : .refused(code)
    }
    return FileStatus(ofPath: path)?.identity == own.identity
  }

  deinit { try? descriptor.close() }

  /// The bytes from `offset` on, `count` of them or as many as there are.
  public func bytes(from offset: Int, count: Int) throws(FileError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    do {
      var span = bytes.mutableSpan
      let read = try descriptor.fill(&span, from: offset)
      bytes.removeLast(count - read)
    } catch {
      throw failure(.read, error)
    }
    return bytes
  }

  /// Writes `bytes` at `offset`; many threads may, each to its own place.
  public func write(_ bytes: [UInt8], at offset: Int) throws(FileError) {
    do {
      _ = try descriptor.writeAll(toAbsoluteOffset: Int64(offset), bytes)
    } catch {
      throw failure(.write, error)
    }
  }

  /// Ends the file behind so many bytes.
  public func cut(to size: Int) throws(FileError) {
    do {
      try descriptor.resize(to: Int64(size))
    } catch {
      throw failure(.write, error)
    }
  }

  /// Takes the file's name away; it is still held.
  public func remove() {
    // Safe: Swift lends the path as a C string for the time of the call.
    unsafe unlink(path)
  }

  private func failure(_ operation: FileError.Operation, _ error: any Error) -> FileError {
    FileError(path: path, operation: operation, reason: describe(error))
  }
}
