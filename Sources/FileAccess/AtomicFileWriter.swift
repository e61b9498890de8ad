#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
import SystemPackage
public import TensorCore

/// A file that appears under its own name only when it is whole.
///
/// It is written beside its destination as `.NAME.RANDOM.partial`, its space reserved before the first byte, by any
/// number of threads at any offsets, and takes its name on ``commit()``. A writer that goes away before that removes
/// what it wrote.
public final class AtomicFileWriter: PositionedOutput {
  /// The name the file will have.
  public let path: String
  /// Bytes; nil where that is not known before: the file is as long as what is written.
  public let size: Int?
  /// Whether a file that has the name already is replaced.
  public let replaces: Bool

  /// Bytes that are written at a time. Of long writes Linux puts large stretches of new memory into its cache, which cost
  /// more than the calls that they save: on ext4 in a virtual machine, 240 MB took 0.12 s of the system's time in such
  /// pieces, and 0.53 s in pieces of 2 MiB.
  private static let pieceBytes = 32 << 10

  private let partialPath: String
  private let descriptor: FileDescriptor

  /// Creates the partial file and reserves its space.
  ///
  /// - Parameter size: Bytes; nil reserves nothing, and the file grows as it is written.
  /// - Throws: ``FileError``: `.create` where the destination exists (unless `replaces`) or the folder refuses a new
  ///   file, `.write` where the disk has less than `size` bytes free.
  public init(path: String, size: Int?, replaces: Bool) throws(FileError) {
    let target = FilePath(path)
    let name = try Self.name(of: path, replaces: replaces)
    let random = String(UInt32.random(in: .min ... .max), radix: 16)
    // The start of a long name is enough: with what is added it must not become longer than file systems take.
    let start = String(String.UnicodeScalarView(name.unicodeScalars.prefix(40)))
    let partial = target.removingLastComponent().appending(".\(start).\(random).partial")
    do {
      descriptor = try FileDescriptor.open(
        partial, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
    } catch {
      throw FileError(path: path, operation: .create, reason: describe(error))
    }
    self.path = path
    self.size = size
    self.replaces = replaces
    self.partialPath = partial.string
    guard let size else { return }
    do {
      try reserveSpace(size, in: descriptor)
    } catch {
      // Everything is set, so that the deinitializer runs and takes the partial file away.
      throw FileError(
        path: path, operation: .write,
        reason: "no room for \(size) bytes: \(describe(error))")
    }
  }

  /// Whether a file may have this name and its folder is there, as far as can be said before anything is written.
  ///
  /// - Throws: ``FileError``: `.create`.
  public static func check(path: String, replaces: Bool) throws(FileError) {
    _ = try name(of: path, replaces: replaces)
    let folder = FilePath(path).removingLastComponent()
    if !folder.isEmpty, FileStatus(ofPath: folder.string) == nil {
      throw FileError(path: path, operation: .create, reason: "there is no folder \(folder.string.quoted())")
    }
  }

  /// The last part of a path that a file may have.
  private static func name(of path: String, replaces: Bool) throws(FileError) -> String {
    guard let name = FilePath(path).lastComponent?.string else {
      throw FileError(path: path, operation: .create, reason: "is not the name of a file")
    }
    if let existing = FileStatus(ofPath: path) {
      if existing.kind != .regular {
        throw FileError(path: path, operation: .create, reason: "is \(existing.kind.rawValue)")
      }
      if !replaces { throw exists(path) }
    }
    return name
  }

  /// After a commit the partial name is gone, and removing it again does nothing.
  deinit {
    // Safe: Swift lends the path as a C string for the time of the call.
    unsafe unlink(partialPath)
    try? descriptor.close()
  }

  /// Writes `bytes` at `offset`; the range must be inside the file.
  public func write(_ bytes: Span<UInt8>, at offset: Int) throws(FileError) {
    precondition(offset >= 0 && offset <= (size ?? Int.max) - bytes.count)
    do {
      // Safe: the pointer is used within the closure only.
      try unsafe bytes.withUnsafeBytes { raw in
        for start in stride(from: 0, to: raw.count, by: Self.pieceBytes) {
          let piece = unsafe UnsafeRawBufferPointer(rebasing: raw[start..<min(start + Self.pieceBytes, raw.count)])
          _ = try unsafe descriptor.writeAll(toAbsoluteOffset: Int64(offset + start), piece)
        }
      }
    } catch {
      throw FileError(path: path, operation: .write, reason: describe(error))
    }
  }

  /// Gives the file the permissions of one that it will replace, and its owner and group where the system allows that.
  ///
  /// - Throws: ``FileError``: `.create`.
  public func takePermissions(of status: FileStatus) throws(FileError) {
    // Only a privileged user may give files away; anybody may keep one's own. This comes first, as it may clear bits.
    _ = fchown(descriptor.rawValue, uid_t(status.owner), gid_t(status.group))
    guard fchmod(descriptor.rawValue, mode_t(truncatingIfNeeded: status.permissions)) == 0 else {
      throw creationFailure(errno)
    }
  }

  /// Makes the file durable and gives it its name.
  ///
  /// - Throws: ``FileError``; the destination is then as it was before.
  public func commit() throws(FileError) {
    try makeDurable()
    try takeName()
    syncDirectory()
  }

  /// Makes several files durable, then gives them their names in their order.
  ///
  /// Where one cannot have its name, those before it lose theirs again: no part of a set is left that looks whole. Files
  /// that they had replaced by then are gone.
  /// - Throws: ``FileError``.
  public static func commit(_ writers: [AtomicFileWriter]) throws(FileError) {
    for writer in writers { try writer.makeDurable() }
    for (count, writer) in writers.enumerated() {
      do throws(FileError) {
        try writer.takeName()
      } catch {
        // Safe: Swift lends each path as a C string for the time of the call.
        for named in writers.prefix(count) { unsafe unlink(named.path) }
        throw error
      }
    }
    writers.last?.syncDirectory()
  }

  private func makeDurable() throws(FileError) {
    var result: CInt
    repeat { result = fsync(descriptor.rawValue) } while result != 0 && errno == EINTR
    guard result == 0 else {
      throw FileError(path: path, operation: .write, reason: describe(Errno(rawValue: errno)))
    }
  }

  private func takeName() throws(FileError) {
    // Safe, here and below: Swift lends each path as a C string for the time of the call.
    if replaces {
      guard unsafe rename(partialPath, path) == 0 else { throw creationFailure(errno) }
    } else {
      // A link fails where the name exists, so that of two writers one wins; not every file system has links.
      if unsafe link(partialPath, path) == 0 {
        unsafe unlink(partialPath)
      } else if errno == EEXIST {
        throw AtomicFileWriter.exists(path)
      } else {
        if FileStatus(ofPath: path) != nil { throw AtomicFileWriter.exists(path) }
        // Safe: as above.
        guard unsafe rename(partialPath, path) == 0 else { throw creationFailure(errno) }
      }
    }
  }

  /// The directory's entry is made durable too; a file system that cannot do it is left alone.
  private func syncDirectory() {
    let parent = FilePath(path).removingLastComponent()
    let directory = try? FileDescriptor.open(parent.isEmpty ? "." : parent, .readOnly, options: [.closeOnExec])
    if let directory {
      fsync(directory.rawValue)
      try? directory.close()
    }
  }

  private func creationFailure(_ code: CInt) -> FileError {
    FileError(path: path, operation: .create, reason: describe(Errno(rawValue: code)))
  }

  private static func exists(_ path: String) -> FileError {
    FileError(path: path, operation: .create, reason: "exists already; --force replaces it")
  }
}
