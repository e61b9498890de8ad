public import TensorCore

/// Weights of one row of a tensor, read from its file.
public struct TensorRow: Sendable {
  /// The most weights that are read at a time.
  public static let longest = 1 << 18

  public let tensor: TensorDescription
  /// Counted through all outer dimensions.
  public let row: Int
  public let columns: Range<Int>
  public let values: ElementValues

  /// Reads weights of a row, and the blocks that they are in.
  ///
  /// - Parameters:
  ///   - columns: A range that is not empty; nil for the whole row.
  /// - Throws: ``BlockError`` where the tensor has no such row or column, or is not decoded, or the file has not its
  ///   bytes; `SourceError` where the file cannot be read.
  public init(_ row: Int, columns: Range<Int>? = nil, of tensor: TensorDescription, in source: any TensorSource) throws
  {
    let (type, shape) = (tensor.elementType, tensor.shape)
    guard row >= 0, row < shape.rowCount else {
      throw BlockError.outOfRange(tensor: tensor.name, what: "row", row, count: shape.rowCount)
    }
    let columns = columns ?? 0..<shape.rowLength
    guard columns.lowerBound >= 0, columns.upperBound <= shape.rowLength, let last = columns.last else {
      let column = columns.lowerBound < shape.rowLength ? columns.upperBound - 1 : columns.lowerBound
      throw BlockError.outOfRange(tensor: tensor.name, what: "column", column, count: shape.rowLength)
    }
    guard columns.count <= Self.longest else {
      throw BlockError.tooManyWeights(tensor: tensor.name, count: columns.count, limit: Self.longest)
    }
    guard tensor.isDecoded else {
      throw BlockError.notDecoded(tensor: tensor.name, type: type, byteOrder: tensor.byteOrder)
    }
    // Blocks of the tensor: a row begins with one, where a block is more than an element.
    let start = row * shape.rowLength
    let blocks = ((start + columns.lowerBound) / type.blockLength)..<((start + last) / type.blockLength + 1)
    try tensor.requireBytes(upTo: blocks.upperBound * type.blockBytes, in: source)
    var bytes = [UInt8](repeating: 0, count: blocks.count * type.blockBytes)
    var span = bytes.mutableSpan
    try source.read(tensor, from: blocks.lowerBound * type.blockBytes, into: &span)
    if tensor.byteOrder == .big {
      var span = bytes.mutableSpan
      span.reverseBytes(ofElements: type.blockBytes)
    }
    guard let all = ElementValues(bytes, of: type) else {
      throw BlockError.notDecoded(tensor: tensor.name, type: type, byteOrder: tensor.byteOrder)
    }
    let first = start + columns.lowerBound - blocks.lowerBound * type.blockLength
    values = all.cut(to: first..<(first + columns.count))
    self.tensor = tensor
    self.row = row
    self.columns = columns
  }
}
