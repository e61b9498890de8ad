/// A codec whose reference quantizer can weigh the error of each column of a row, as an importance matrix states it.
///
/// The blocks have the same layout as those that ``BlockCodec`` writes, and the same decoder reads them.
public protocol ImportanceCodec: BlockCodec {
  /// Encodes one row.
  ///
  /// A whole row is taken, since the legacy types weigh by the mean square of the row, not of the block.
  ///
  /// - Parameters:
  ///   - row: The weights of one row, finite, which fill whole blocks.
  ///   - importance: For each column, what an error there counts for; finite, not negative, as many as `row`.
  ///   - bytes: Receives the row's blocks from `offset` on.
  static func encodeRow(
    _ row: Span<Float>, importance: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int)
}
