import CZstd
import TensorCore

/// What a file's first bytes say of a Zstandard frame (RFC 8878).
public enum Zstandard {
  /// Bytes that are enough to hold any frame header.
  public static let longestFrameHeader = 18

  /// Whether the bytes start with a frame's magic number, 0xFD2FB528 little-endian.
  public static func isFrame(_ start: Span<UInt8>) -> Bool {
    start.count >= 4 && start.load(UInt32.self, at: 0) == 0xFD2F_B528
  }

  /// The size that the first frame says it has when decompressed; nil where it does not say.
  public static func contentSize(_ start: Span<UInt8>) -> UInt64? {
    // Safe: libzstd reads no more than the bytes that it is told of.
    let size = unsafe start.withUnsafeBytes { raw in unsafe ZSTD_getFrameContentSize(raw.baseAddress, raw.count) }
    // The two highest values mean "unknown" and "error".
    return size >= UInt64.max - 1 ? nil : UInt64(size)
  }
}
