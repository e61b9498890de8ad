internal import Kernels
internal import Quantization

extension SearchCodec {
  /// Searches for the blocks of one row by the importance of its columns: with the kernel of a set, or as the specification
  /// does where the set has none for the type.
  static func search(
    row: Span<Float>, importance: Span<Float>, with kernel: Kernel?, into bytes: inout MutableSpan<UInt8>,
    at offset: Int
  ) {
    if let kernel, kernel.searches {
      kernel.search(row: row, importance: importance, into: &bytes, at: offset)
    } else {
      search(row: row, importance: importance, into: &bytes, at: offset)
    }
  }
}
