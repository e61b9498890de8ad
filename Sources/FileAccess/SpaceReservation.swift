#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
import SystemPackage

/// Gives a new file its size and, where the file system can, the disk space for it, so that a full disk is an error at
/// the start and not near the end.
///
/// - Parameter isNew: Whether the file has no space yet; of one that has some, what is there stays.
/// - Throws: `Errno`: `noSpace` above all.
func reserveSpace(_ size: Int, in descriptor: FileDescriptor, isNew: Bool = true) throws {
  if isNew {
    // Asked first, since a file system may fill itself up to the last block before it says no.
    var system = statvfs()
    // Safe: the call fills the structure that is handed to it, or fails.
    if unsafe fstatvfs(descriptor.rawValue, &system) == 0 {
      let (free, overflow) = UInt64(system.f_bavail).multipliedReportingOverflow(by: UInt64(system.f_frsize))
      if !overflow && UInt64(size) > free { throw Errno.noSpace }
    }
    try descriptor.resize(to: Int64(size))
  }
  guard size > 0 else { return }
  #if os(Linux)
    // A file system that cannot reserve (EOPNOTSUPP, EINVAL) stays with the check above.
    var result: CInt
    repeat { result = posix_fallocate(descriptor.rawValue, 0, off_t(size)) } while result == EINTR
    if result != 0 && result != EOPNOTSUPP && result != EINVAL { throw Errno(rawValue: result) }
  #elseif canImport(Darwin)
    var request = fstore_t(
      fst_flags: UInt32(F_ALLOCATEALL), fst_posmode: F_PEOFPOSMODE, fst_offset: 0, fst_length: off_t(size),
      fst_bytesalloc: 0)
    // Safe: the call reads the structure that is handed to it. A file system without it stays with the check above.
    if unsafe fcntl(descriptor.rawValue, F_PREALLOCATE, &request) == -1 && errno == ENOSPC {
      throw Errno.noSpace
    }
  #endif
}
