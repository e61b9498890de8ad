internal import TensorCore

/// An ``ImportanceCodec`` of blocks of 32 weights with evenly spaced codes: what an error counts for depends on the mean
/// square of the row, too.
public protocol RowImportanceCodec: ImportanceCodec {
  /// Encodes one block.
  ///
  /// - Parameters:
  ///   - weights: The weights of one block, finite.
  ///   - errorWeights: For each weight, what its squared error counts for.
  ///   - bytes: Receives the block from `offset` on.
  static func encodeBlock(
    _ weights: Span<Float>, errorWeights: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int)
}

extension RowImportanceCodec {
  public static func encodeRow(
    _ row: Span<Float>, importance: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    let meanSquare = BlockArithmetic.sumOfSquares(row) / Float(row.count)
    for block in 0..<(row.count / 32) {
      let columns = (block * 32)..<(block * 32 + 32)
      let weights = row.extracting(columns)
      let weighted = WeightedImportance<32>(weights, importance: importance.extracting(columns), level: meanSquare)
      encodeBlock(
        weights, errorWeights: weighted.values.span, into: &bytes, at: offset + block * elementType.blockBytes)
    }
  }
}
