#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A system call that a test needed and did not get.
public struct SystemCallFailed: Error {
  public let call: String
  public let code: CInt

  public init(call: String, code: CInt) {
    self.call = call
    self.code = code
  }
}

extension TemporaryFolder {
  /// Writes a file that starts with `bytes` and is `size` bytes long; the rest is a hole and takes no space.
  @discardableResult
  public func writeSparse(_ name: String, _ bytes: [UInt8], size: Int) throws -> String {
    try write(name, bytes)
    try resize(name, to: size)
    return file(name)
  }

  /// Cuts a file off, or lengthens it by a hole.
  public func resize(_ name: String, to size: Int) throws {
    guard truncate(file(name), off_t(size)) == 0 else { throw SystemCallFailed(call: "truncate", code: errno) }
  }

  /// Changes one byte of a file.
  public func overwrite(_ name: String, at offset: Int, with byte: UInt8) throws {
    let descriptor = open(file(name), O_WRONLY)
    guard descriptor >= 0 else { throw SystemCallFailed(call: "open", code: errno) }
    defer { close(descriptor) }
    guard withUnsafeBytes(of: byte, { pwrite(descriptor, $0.baseAddress, 1, off_t(offset)) }) == 1 else {
      throw SystemCallFailed(call: "pwrite", code: errno)
    }
  }

  /// Makes a named pipe and returns its path.
  @discardableResult
  public func makePipe(_ name: String) throws -> String {
    guard mkfifo(file(name), 0o600) == 0 else { throw SystemCallFailed(call: "mkfifo", code: errno) }
    return file(name)
  }

  /// Makes a symbolic link and returns its path.
  @discardableResult
  public func makeLink(_ name: String, to target: String) throws -> String {
    guard symlink(target, file(name)) == 0 else { throw SystemCallFailed(call: "symlink", code: errno) }
    return file(name)
  }

  /// Makes a folder inside this one.
  public func makeFolder(_ name: String) throws {
    guard mkdir(file(name), 0o755) == 0 else { throw SystemCallFailed(call: "mkdir", code: errno) }
  }

  /// Removes a file.
  public func remove(_ name: String) throws {
    guard unlink(file(name)) == 0 else { throw SystemCallFailed(call: "unlink", code: errno) }
  }
}
