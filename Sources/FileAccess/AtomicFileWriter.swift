#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
import Synchronization
import SystemPackage
public import TensorCore

/// A file that appears under its own name only when it is whole.
///
/// It is written beside its destination as `.NAME.RANDOM.partial`, its space reserved before the first byte, by any
/// number of threads at any offsets, and takes its name on ``commit()``. A writer that goes away before that removes
/// what it wrote, unless it was told to ``keep()`` it for a process that takes it up.
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

  /// nil where the file has its name already.
  private let partialPath: String?
  private let descriptor: FileDescriptor
  /// Whether nothing is to be removed: the partial file is kept, or gone.
  private let isSettled = Atomic(false)

  /// Creates the partial file and reserves its space.
  ///
  /// - Parameter size: Bytes; nil reserves nothing, and the file grows as it is written.
  /// - Throws: ``FileError``: `.create` where the destination exists (unless `replaces`) or the folder refuses a new
  ///   file, `.write` where the disk has less than `size` bytes free.
  public init(path: String, size: Int?, replaces: Bool) throws(FileError) {
    let name = try Self.name(of: path, replaces: replaces)
    let random = String(UInt32.random(in: .min ... .max), radix: 16)
    // The start of a long name is enough: with what is added it must not become longer than file systems take.
    let start = String(String.UnicodeScalarView(name.unicodeScalars.prefix(40)))
    let partial = FilePath(path).removingLastComponent().appending(".\(start).\(random).partial")
    descriptor = try Self.create(partial, for: path)
    (self.path, self.size, self.replaces, partialPath) = (path, size, replaces, partial.string)
    // Everything is set, so that the deinitializer runs and takes the partial file away where this fails.
    if let size { try reserve(size, isNew: true) }
  }

  /// For a file that is called `partial` until it is whole, or has its name already.
  ///
  /// - Parameter descriptor: Of the file, where it is there.
  init(path: String, size: Int, replaces: Bool, partial: FilePath?, descriptor: FileDescriptor?) throws(FileError) {
    if let descriptor {
      self.descriptor = descriptor
    } else if let partial {
      self.descriptor = try Self.create(partial, for: path)
    } else {
      throw FileError(path: path, operation: .create, reason: "is not there any more")
    }
    (self.path, self.size, self.replaces, partialPath) = (path, size, replaces, partial?.string)
    if partial != nil { try reserve(size, isNew: descriptor == nil) }
  }

  private static func create(_ partial: FilePath, for path: String) throws(FileError) -> FileDescriptor {
    do {
      return try FileDescriptor.open(
        partial, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
    } catch {
      throw FileError(path: path, operation: .create, reason: describe(error))
    }
  }

  private func reserve(_ size: Int, isNew: Bool) throws(FileError) {
    do {
      try reserveSpace(size, in: descriptor, isNew: isNew)
    } catch {
      throw FileError(path: path, operation: .write, reason: "no room for \(size) bytes: \(describe(error))")
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
  static func name(of path: String, replaces: Bool) throws(FileError) -> String {
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

  deinit {
    discard()
    try? descriptor.close()
  }

  /// Removes the partial file, unless the file has its name or is kept.
  public func discard() {
    // Safe: Swift lends the path as a C string for the time of the call.
    if let partialPath, !isSettled.exchange(true, ordering: .relaxed) { unsafe unlink(partialPath) }
  }

  /// Lets the partial file stay where this writer goes away before the file has its name.
  public func keep() { isSettled.store(true, ordering: .relaxed) }

  /// Fills `buffer` with what the file has from `offset` on, as far as it goes; the number of bytes that it has.
  ///
  /// - Throws: ``FileError``: `.read`.
  public func read(at offset: Int, into buffer: inout MutableSpan<UInt8>) throws(FileError) -> Int {
    do {
      return try descriptor.fill(&buffer, from: offset)
    } catch {
      throw FileError(path: path, operation: .read, reason: describe(error))
    }
  }

  /// Writes `bytes` at `offset`; the range must be inside the file. A file that has its name already must have them.
  public func write(_ bytes: Span<UInt8>, at offset: Int) throws(FileError) {
    precondition(offset >= 0 && offset <= (size ?? Int.max) - bytes.count)
    guard partialPath != nil else { return try requireEqual(bytes, at: offset) }
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

  private func requireEqual(_ bytes: Span<UInt8>, at offset: Int) throws(FileError) {
    var present = [UInt8](repeating: 0, count: bytes.count)
    var span = present.mutableSpan
    let count = try read(at: offset, into: &span)
    guard count == bytes.count, present.span.indices.allSatisfy({ present[$0] == bytes[$0] }) else {
      throw Self.exists(path)
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
  /// - Parameter willName: Called when all are durable, before the first has its name.
  /// - Throws: ``FileError``.
  public static func commit(_ writers: [AtomicFileWriter], willName: () -> Void = {}) throws(FileError) {
    for writer in writers { try writer.makeDurable() }
    willName()
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
    guard let partialPath else { return }
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
    // Somebody else may have a partial file of this name from now on.
    keep()
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
