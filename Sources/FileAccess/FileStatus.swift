#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
public import SystemPackage
public import TensorCore

/// What a path leads to.
public struct FileStatus: Sendable {
  /// The kinds that matter to a reader of model files.
  public enum Kind: String, Sendable {
    case regular = "a regular file"
    case directory = "a directory"
    case pipe = "a pipe"
    case other = "a device or socket"
  }

  public let kind: Kind
  /// Bytes.
  public let size: Int
  /// The lower twelve bits of the mode: read, write and execute for owner, group and others, and the three above.
  public let permissions: UInt32
  let owner: UInt32
  let group: UInt32
  private let links: Int
  /// When the contents were changed last: nanoseconds since 1970.
  public let modified: Int
  /// Device and inode: two paths with the same identity are the same file.
  public let identity: Identity

  /// Whether it is a regular file of this user's own that has no other name: nobody else can have put it there.
  var isPrivate: Bool { kind == .regular && owner == geteuid() && links <= 1 }

  public struct Identity: Sendable, Hashable {
    let device: UInt64
    let inode: UInt64
  }

  /// - Throws: `Errno`.
  public init(of descriptor: FileDescriptor) throws {
    var status = stat()
    // Safe: the call fills the structure that is handed to it, or fails.
    guard unsafe fstat(descriptor.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
    self.init(status)
  }

  /// Follows symbolic links; nil where nothing is there or it cannot be looked at.
  public init?(ofPath path: String) {
    var status = stat()
    // Safe: as above.
    guard unsafe stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  private init(_ status: stat) {
    kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .regular
      case S_IFDIR: .directory
      case S_IFIFO: .pipe
      default: .other
      }
    size = Int(status.st_size)
    permissions = UInt32(status.st_mode) & 0o7777
    (owner, group) = (UInt32(status.st_uid), UInt32(status.st_gid))
    links = Int(status.st_nlink)
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    modified = time.tv_sec &* 1_000_000_000 &+ time.tv_nsec
    identity = Identity(
      device: UInt64(truncatingIfNeeded: status.st_dev), inode: UInt64(truncatingIfNeeded: status.st_ino))
  }
}

/// The path of the file that a path leads to, behind all symbolic links; nil where there is none.
public func resolvedPath(_ path: String) -> String? {
  // Safe: the call allocates the string that it returns, which is copied and then freed.
  guard let resolved = unsafe realpath(path, nil) else { return nil }
  defer { unsafe free(resolved) }
  return unsafe String(cString: resolved)
}

/// The path if something is there, otherwise the path with `.zst` behind it if something is there; nil where neither is.
public func existingFile(_ path: String) -> String? {
  if FileStatus(ofPath: path) != nil { return path }
  return FileStatus(ofPath: path + ".zst") != nil ? path + ".zst" : nil
}

/// Takes a file away; one that is not there any more is no error.
///
/// - Throws: ``FileError``: `.create`, as it is done to make room for others.
public func removeFile(_ path: String) throws(FileError) {
  // Safe: Swift lends the path as a C string for the time of the call.
  guard unsafe unlink(path) == 0 || errno == ENOENT else {
    throw FileError(path: path, operation: .create, reason: "cannot be removed: \(describe(Errno(rawValue: errno)))")
  }
}

/// The names in a directory, sorted by their bytes.
///
/// - Throws: `Errno`.
public func directoryEntries(_ path: String) throws -> [String] {
  // Safe: the stream is closed on every way out, and an entry is copied before the next is read.
  guard let stream = unsafe opendir(path) else { throw Errno(rawValue: errno) }
  defer { unsafe closedir(stream) }
  var names: [String] = []
  while let entry = unsafe readdir(stream) {
    let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
      unsafe tuple.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
    }
    if name != "." && name != ".." { names.append(name) }
  }
  return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
}
