internal import TensorCore

/// An ``ImportanceCodec`` that makes each block of the weights and the importance of its own columns alone: all
/// but the types of 32 weights with evenly spaced codes, which look at the mean square of the row.
///
/// The searches choose other scales with importance: a weight below `largestMagnitude` may have one that overflows, if
/// few columns of its sub-block count. The block is then not finite, as always.
public protocol BlockImportanceCodec: ImportanceCodec {
  /// Encodes one block.
  ///
  /// - Parameters:
  ///   - weights: The weights of one block, finite.
  ///   - importance: For each weight, what an error there counts for; finite, not negative, as many as `weights`.
  ///   - bytes: Receives the block from `offset` on.
  static func encodeBlock(
    _ weights: Span<Float>, importance: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int)
}

extension BlockImportanceCodec {
  public static func encodeRow(
    _ row: Span<Float>, importance: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    let (length, size) = (elementType.blockLength, elementType.blockBytes)
    for block in 0..<(row.count / length) {
      let columns = (block * length)..<((block + 1) * length)
      encodeBlock(
        row.extracting(columns), importance: importance.extracting(columns), into: &bytes, at: offset + block * size)
    }
  }
}
