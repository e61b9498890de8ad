public import Quantization
public import TensorCore

/// One block of a tensor, read from its file and taken apart.
///
/// Blocks count through the whole tensor in the order of its data. A block of a plain type is one element.
public struct TensorBlock: Sendable {
  public let tensor: TensorDescription
  public let index: Int
  /// How many blocks the tensor has.
  public let count: Int
  /// As the file has them.
  public let bytes: [UInt8]
  /// nil for a type that is not decoded, and for integers.
  public let anatomy: BlockAnatomy?
  /// nil for a type that is not decoded.
  public let values: ElementValues?

  /// Where the bytes start in the tensor's data.
  public var offset: Int { index * tensor.elementType.blockBytes }
  /// Where they start in the tensor's file.
  public var fileOffset: Int { tensor.offset + offset }
  /// The row of the first element, counted through all outer dimensions.
  public var row: Int { index * tensor.elementType.blockLength / tensor.shape.rowLength }
  /// The column of the first element.
  public var column: Int { index * tensor.elementType.blockLength % tensor.shape.rowLength }

  /// Reads a block, and nothing else of the tensor.
  ///
  /// - Throws: ``BlockError`` where the tensor has no such block, or the file not its bytes; `SourceError` where the file
  ///   cannot be read.
  public init(_ index: Int, of tensor: TensorDescription, in source: any TensorSource) throws {
    let type = tensor.elementType
    count = tensor.shape.elementCount / type.blockLength
    guard index >= 0, index < count else {
      throw BlockError.outOfRange(tensor: tensor.name, what: "block", index, count: count)
    }
    try tensor.requireBytes(upTo: (index + 1) * type.blockBytes, in: source)
    self.tensor = tensor
    self.index = index
    var bytes = [UInt8](repeating: 0, count: type.blockBytes)
    var span = bytes.mutableSpan
    try source.read(tensor, from: index * type.blockBytes, into: &span)
    self.bytes = bytes
    guard tensor.isDecoded else {
      (anatomy, values) = (nil, nil)
      return
    }
    if tensor.byteOrder == .big { bytes.reverse() }
    anatomy = type.dissector?.anatomy(of: bytes.span)
    values = ElementValues(bytes, of: type)
  }
}
