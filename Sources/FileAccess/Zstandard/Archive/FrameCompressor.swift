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
  func frame(_ contents: Span<UInt8>) throws(ZstandardContext.Failure) -> [UInt8] {
    var result = 0
    let room = ZSTD_compressBound(contents.count)
    // Safe: libzstd reads the contents and writes at most `room` bytes, both within the closures only; of an array as many
    // bytes count as it says that it wrote.
    let frame = unsafe [UInt8](unsafeUninitializedCapacity: room) { target, count in
      result = unsafe contents.withUnsafeBytes { source in
        unsafe ZSTD_compress2(context, target.baseAddress, room, source.baseAddress, source.count)
      }
      count = ZSTD_isError(result) != 0 ? 0 : result
    }
    if let failure = ZstandardContext.Failure(result) { throw failure }
    return frame
  }

  /// Bytes that libzstd holds by now.
  var memory: Int {
    // Safe: as above.
    unsafe ZSTD_sizeof_CCtx(context)
  }

  static var levels: ClosedRange<Int> { 1...max(1, Int(ZSTD_maxCLevel())) }
}
