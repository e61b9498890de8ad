import CZstd

/// Compresses frames of a Zstandard archive, each by itself. One thread at a time uses it.
///
/// What a frame becomes depends on its contents, the level and the version of libzstd, and on nothing that was compressed
/// before.
@safe final class FrameCompressor: @unchecked Sendable {
  private let context: OpaquePointer

  /// - Parameter level: In ``ArchiveWriter/levels``.
  /// - Throws: What libzstd says where it does not succeed: there is not enough memory.
  init(level: Int) throws(ZstandardContext.Failure) {
    // Safe, here and below: the pointer is used by this object alone, from its beginning to its end.
    guard let context = unsafe ZSTD_createCCtx() else { throw .other("not enough memory") }
    unsafe self.context = context
    try set(ZSTD_c_compressionLevel, CInt(clamping: level))
    try set(ZSTD_c_contentSizeFlag, 1)
    try set(ZSTD_c_checksumFlag, 1)
  }

  // Safe: as above.
  deinit { unsafe ZSTD_freeCCtx(context) }

  private func set(_ parameter: ZSTD_cParameter, _ value: CInt) throws(ZstandardContext.Failure) {
    // Safe: as above.
    if let failure = ZstandardContext.Failure(unsafe ZSTD_CCtx_setParameter(context, parameter, value)) {
      throw failure
    }
  }

  /// One frame with the size and the checksum of its contents.
  ///
  /// - Parameter buffer: What the frame is written into, made longer where it is too short.
  func frame(_ contents: Span<UInt8>, into buffer: consuming [UInt8] = []) throws(ZstandardContext.Failure)
    -> CompressedFrame
  {
    let room = ZSTD_compressBound(contents.count)
    if buffer.count < room { buffer = [UInt8](repeating: 0, count: room) }
    // Safe: libzstd reads the contents and writes at most as many bytes as the buffer has, both within the closures only.
    let result = unsafe buffer.withUnsafeMutableBytes { target in
      unsafe contents.withUnsafeBytes { source in
        unsafe ZSTD_compress2(context, target.baseAddress, target.count, source.baseAddress, source.count)
      }
    }
    if let failure = ZstandardContext.Failure(result) { throw failure }
    return CompressedFrame(buffer: buffer, count: result)
  }

  /// Bytes that libzstd holds by now.
  var memory: Int {
    // Safe: as above.
    unsafe ZSTD_sizeof_CCtx(context)
  }

  static var levels: ClosedRange<Int> { 1...max(1, Int(ZSTD_maxCLevel())) }
}

/// A frame at the start of a buffer, which is used again for others.
struct CompressedFrame: Sendable {
  let buffer: [UInt8]
  /// Bytes of the frame.
  let count: Int
}
