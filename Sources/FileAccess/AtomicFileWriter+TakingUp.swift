#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
internal import SystemPackage
public import TensorCore

/// Files that another process goes on with, where the one that began them is ended: their partial names are always the
/// same, so that it finds them. Callers hold a ``LockedFile``: one of them at a time.
extension AtomicFileWriter {
  /// What to do with what another process has left of a file.
  public enum Leftover: Sendable {
    /// It is removed, and the file begun anew.
    case removed
    /// It is taken up, where it is there and has its size.
    case takenUp
    /// The same; and where there is none, a file that has the name is what is left: it is compared with what is written.
    case takenUpByEitherName
  }

  /// The longest name for which there is a partial one.
  private static let longestName = 240

  /// What something beside a file is called that belongs to it: `.NAME.ENDING`; nil where the name is too long for that.
  public static func companion(of path: String, ending: String) -> String? {
    guard let name = FilePath(path).lastComponent?.string, name.utf8.count <= longestName else { return nil }
    return FilePath(path).removingLastComponent().appending(".\(name).\(ending)").string
  }

  /// A writer whose partial file another process can take up.
  ///
  /// - Throws: As ``init(path:size:replaces:)``; `.create` for a name longer than ``companion(of:ending:)`` takes.
  public static func resumable(
    path: String, size: Int, replaces: Bool, leftover: Leftover
  ) throws(FileError) -> AtomicFileWriter {
    guard let partial = companion(of: path, ending: "partial") else {
      throw FileError(path: path, operation: .create, reason: "has a name too long for one that can be taken up")
    }
    // Safe, here and below: Swift lends the path as a C string for the time of the call.
    if leftover == .takenUpByEitherName, let named = FileStatus(ofPath: path)?.identity,
      named == FileStatus(ofPath: partial)?.identity
    {
      // The process was ended while the file had both names.
      unsafe unlink(partial)
    }
    if leftover != .removed {
      if let descriptor = open(partial, .readWrite, size: size) {
        return try AtomicFileWriter(
          path: path, size: size, replaces: replaces, partial: FilePath(partial), descriptor: descriptor)
      }
      if leftover == .takenUpByEitherName, let descriptor = open(path, .readOnly, size: size) {
        return try AtomicFileWriter(
          path: path, size: size, replaces: replaces, partial: nil, descriptor: descriptor)
      }
    }
    _ = try name(of: path, replaces: replaces)
    // Safe: as above.
    unsafe unlink(partial)
    return try AtomicFileWriter(
      path: path, size: size, replaces: replaces, partial: FilePath(partial), descriptor: nil)
  }

  /// nil for what is not a file of this user's own, of this size.
  private static func open(_ path: String, _ mode: FileDescriptor.AccessMode, size: Int) -> FileDescriptor? {
    guard
      let descriptor = try? FileDescriptor.open(
        FilePath(path), mode, options: [.closeOnExec, .noFollow, .nonBlocking])
    else { return nil }
    if let status = try? FileStatus(of: descriptor), status.isPrivate, status.size == size { return descriptor }
    try? descriptor.close()
    return nil
  }
}
