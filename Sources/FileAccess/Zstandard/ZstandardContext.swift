import CZstd
import TensorCore

/// What libzstd keeps while it unpacks a frame piece by piece. One thread at a time uses it.
@safe final class ZstandardContext {
  /// What libzstd says where it does not succeed.
  enum Failure: Error {
    case checksumWrong
    /// More contents than there was room for.
    case longer
    case other(String)

    /// The reason in words.
    var text: String {
      switch self {
      case .checksumWrong: "wrong checksum"
      case .longer: "not enough room"
      case .other(let reason): reason
      }
    }

    /// nil where the result of a call is no error.
    init?(_ result: Int) {
      guard ZSTD_isError(result) != 0 else { return nil }
      switch ZSTD_getErrorCode(result) {
      case ZSTD_error_checksum_wrong: self = .checksumWrong
      case ZSTD_error_dstSize_tooSmall: self = .longer
      // Said of blocks that use tables which nothing has brought; dictionaries were refused before.
      case ZSTD_error_dictionary_corrupted: self = .other("corrupt data")
      // Safe: the name is a string literal of the library.
      default: self = .other(unsafe String(cString: ZSTD_getErrorName(result)))
      }
    }
  }

  private let context: OpaquePointer

  init() throws(Failure) {
    // Safe, here and below: the pointer is used by this object alone, from its beginning to its end.
    guard let context = unsafe ZSTD_createDCtx() else { throw .other("not enough memory") }
    unsafe self.context = context
  }

  // Safe: as above.
  deinit { unsafe ZSTD_freeDCtx(context) }

  /// Forgets the frame that was begun.
  func restart() {
    // Safe: as above. Resetting a session never fails.
    _ = unsafe ZSTD_DCtx_reset(context, ZSTD_reset_session_only)
  }

  /// Unpacks until `input` is used up, `output` is full, or the frame ends.
  ///
  /// - Parameters:
  ///   - used: How many bytes of `input` are behind us; moved on.
  ///   - filled: How many bytes of `output` are filled; moved on.
  /// - Returns: Whether the frame ended here, its checksum right.
  func unpack(
    _ input: [UInt8], used: inout Int, into output: inout [UInt8], filled: inout Int
  ) throws(Failure) -> Bool {
    var (read, written) = (used, filled)
    // Safe: libzstd reads and writes between the positions and the sizes that it is given, and keeps neither pointer.
    let result = unsafe input.withUnsafeBytes { source in
      unsafe output.withUnsafeMutableBytes { target in
        var from = unsafe ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: read)
        var to = unsafe ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: written)
        let result = unsafe ZSTD_decompressStream(context, &to, &from)
        unsafe (read, written) = (from.pos, to.pos)
        return result
      }
    }
    (used, filled) = (read, written)
    if let failure = Failure(result) { throw failure }
    return result == 0
  }

  /// Unpacks a whole frame at once.
  ///
  /// - Parameter size: Bytes of its contents.
  /// - Returns: Fewer bytes where the contents are shorter.
  static func unpack(_ frame: [UInt8], size: Int) throws(Failure) -> [UInt8] {
    var result = 0
    // Safe: libzstd writes at most `size` bytes, and of an array as many count as it says that it wrote.
    let contents = unsafe [UInt8](unsafeUninitializedCapacity: size) { target, count in
      result = unsafe frame.withUnsafeBytes { source in
        unsafe ZSTD_decompress(target.baseAddress, size, source.baseAddress, source.count)
      }
      count = ZSTD_isError(result) != 0 ? 0 : result
    }
    if let failure = Failure(result) { throw failure }
    return contents
  }
}

/// Copies bytes of an array into a buffer; both ranges must be inside.
package func copy(_ source: [UInt8], _ range: Range<Int>, into buffer: inout MutableSpan<UInt8>, at start: Int) {
  precondition(
    range.lowerBound >= 0 && range.upperBound <= source.count && start >= 0 && start <= buffer.count - range.count)
  // Safe: the precondition keeps both sides inside, and a span and an array never share bytes.
  unsafe buffer.withUnsafeMutableBytes { target in
    unsafe source.withUnsafeBytes { source in
      let piece = unsafe UnsafeRawBufferPointer(rebasing: source[range])
      unsafe UnsafeMutableRawBufferPointer(rebasing: target[start..<(start + range.count)]).copyMemory(from: piece)
    }
  }
}

/// Copies a span into a buffer; the range must be inside.
func copy(_ source: Span<UInt8>, into buffer: inout MutableSpan<UInt8>, at start: Int) {
  precondition(start >= 0 && start <= buffer.count - source.count)
  // Safe: the precondition keeps the bytes inside, and a span that is written shares none with one that is read.
  unsafe buffer.withUnsafeMutableBytes { target in
    unsafe source.withUnsafeBytes { source in
      unsafe UnsafeMutableRawBufferPointer(rebasing: target[start..<(start + source.count)]).copyMemory(from: source)
    }
  }
}
