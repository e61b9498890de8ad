#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// In memory where the system has a folder for that.
let scratchFolder = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"

/// A file without a name whose contents change all the time, in memory where the system has a folder for that.
public final class ScratchFile {
  public let path: String

  private let descriptor: CInt

  public init() {
    var template = Array("\(scratchFolder)/gguf-parser-check-XXXXXX".utf8CString)
    descriptor = mkstemp(&template)
    precondition(descriptor >= 0, "no file can be made in \(scratchFolder): errno \(errno)")
    // Nothing is left behind, however the process ends.
    unlink(template)
    path = (access("/proc/self/fd", R_OK) == 0 ? "/proc/self/fd/" : "/dev/fd/") + "\(descriptor)"
  }

  deinit { close(descriptor) }

  /// Makes these the contents.
  public func write(_ bytes: some Collection<UInt8>) {
    resize(to: 0)
    put(Array(bytes), at: 0)
  }

  /// Overwrites the bytes from `offset` on.
  public func put(_ bytes: [UInt8], at offset: Int) {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { bytes in
        let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
        return pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
      }
      precondition(count > 0, "the scratch file cannot be written: errno \(errno)")
      done += count
    }
  }

  /// Cuts the file off, or lengthens it by a hole.
  public func resize(to size: Int) {
    precondition(ftruncate(descriptor, off_t(size)) == 0, "the scratch file cannot be resized: errno \(errno)")
  }
}
