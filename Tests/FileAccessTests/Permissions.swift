#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
import TestSupport

/// Tests of refused permissions, which the superuser is never refused.
enum Permissions {
  /// Whether this process is bound by permissions, or can be for a while.
  static var canBeRefused: Bool { geteuid() != 0 || setFileSystemUser != nil }

  /// Changes the permissions of a file.
  static func set(_ mode: mode_t, of path: String) throws {
    guard chmod(path, mode) == 0 else { throw SystemCallFailed(call: "chmod", code: errno) }
  }

  /// Runs `body` as a user who may do only what permissions say.
  ///
  /// The superuser becomes nobody in the eyes of the file system, on this thread alone (setfsuid of Linux).
  static func withoutPrivileges<T>(_ body: () throws -> T) throws -> T {
    guard geteuid() == 0 else { return try body() }
    guard let setFileSystemUser else { throw SystemCallFailed(call: "setfsuid", code: ENOSYS) }
    _ = setFileSystemUser(65534)
    defer { _ = setFileSystemUser(0) }
    return try body()
  }

  private typealias SetUser = @convention(c) (UInt32) -> CInt

  /// Looked up by name: the module maps of the C library leave its header out.
  private static let setFileSystemUser: SetUser? = {
    guard let symbol = dlsym(nil, "setfsuid") else { return nil }
    return unsafeBitCast(symbol, to: SetUser.self)
  }()
}
