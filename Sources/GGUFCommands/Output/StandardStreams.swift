#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif
internal import SystemPackage

/// Where results go.
enum StandardOutput {
  /// - Throws: ``Failure`` where the output cannot take them: a full disk must not cut a result off silently.
  static func write(_ text: String) throws(Failure) {
    do {
      _ = try FileDescriptor.standardOutput.writeAll(text.utf8)
    } catch {
      throw Failure("standard output: \(error)", .inputOutput)
    }
  }

  /// Columns of the terminal that results go to; nil where they go elsewhere, or it does not say.
  static var width: Int? {
    guard isatty(STDOUT_FILENO) == 1 else { return nil }
    var size = winsize()
    // Safe: the call fills the structure that it is lent.
    guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }
}

/// Where everything goes that is not a result.
enum StandardError {
  static func write(_ text: String) {
    // Nobody can be told of an error here.
    _ = try? FileDescriptor.standardError.writeAll(text.utf8)
  }

  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }
}

/// Keeps files that are opened from taking the place of a standard stream that the caller has closed: what is meant for
/// people would else be written into them.
func reserveStandardStreams() {
  // Duplicates of nothing fill the gaps from below; the first that is no standard stream is given back.
  while let descriptor = try? FileDescriptor.open(FilePath("/dev/null"), .readWrite) {
    guard descriptor.rawValue > STDERR_FILENO else { continue }
    try? descriptor.close()
    return
  }
}
