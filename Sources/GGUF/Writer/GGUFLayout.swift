public import TensorCore

/// A GGUF file as it will be: its header's bytes and the place of every tensor, known before a weight is written.
///
/// Version 3, little-endian. Tensors stand in the order given, each padded with zeros to the alignment, the last one
/// too. The same input gives the same bytes.
public struct GGUFLayout: Sendable {
  /// A tensor to be written.
  public struct Tensor: Sendable, Hashable {
    /// 1 to ``GGUFLimits/portableTensorNameBytes`` bytes, without NUL.
    public let name: String
    public let elementType: ElementType
    /// 1 to ``GGUFLimits/dimensions`` dimensions, none of them 0; rows divide into the type's blocks.
    public let shape: Shape

    public init(name: String, elementType: ElementType, shape: Shape) {
      self.name = name
      self.elementType = elementType
      self.shape = shape
    }
  }

  /// Where a tensor stands.
  public struct Place: Sendable, Hashable {
    /// Bytes from the start of the file.
    public let offset: Int
    public let byteCount: Int
    /// Zeros behind it.
    public let padding: Int
  }

  /// The header, its padding included.
  public let header: [UInt8]
  /// One a tensor, in the order given.
  public let places: [Place]
  /// Bytes of the whole file.
  public let fileSize: Int
  /// Bytes.
  public let alignment: Int

  /// Lays out a file.
  ///
  /// - Parameter metadata: Written as it is; `general.alignment`, where it is there, must be a u32 that is a power of
  ///   two.
  /// - Throws: ``GGUFError`` for a tensor or a file that GGUF cannot hold.
  public init(metadata: GGUFMetadata, tensors: [Tensor]) throws(GGUFError) {
    let alignment = try metadata.alignment()
    // What is written can be read again.
    guard tensors.count <= GGUFLimits.tensors else {
      throw .tensorCountTooLarge(UInt64(tensors.count), limit: GGUFLimits.tensors)
    }

    var header: [UInt8] = Array("GGUF".utf8)
    header.append(littleEndian: UInt32(3))
    header.append(littleEndian: UInt64(tensors.count))
    header.append(littleEndian: UInt64(metadata.entries.count))
    for entry in metadata.entries {
      header.append(string: entry.key)
      header.append(littleEndian: entry.value.type.rawValue)
      header.append(value: entry.value)
    }
    var places: [Place] = []
    var names: Set<ExactString> = []
    var offset = 0
    for (index, tensor) in tensors.enumerated() {
      try Self.check(tensor, index: index)
      guard names.insert(ExactString(tensor.name)).inserted else { throw .tensorTwice(tensor.name) }
      guard let id = tensor.elementType.traits.ggufID else {
        throw .elementTypeNotInGGUF(tensor: tensor.name, type: tensor.elementType)
      }
      guard let bytes = tensor.elementType.byteCount(elements: tensor.shape.elementCount),
        bytes < Int.max / 2 - offset
      else { throw .shapeTooLarge(tensor: tensor.name, shape: tensor.shape.dimensions.map(UInt64.init)) }
      header.append(string: tensor.name)
      header.append(littleEndian: UInt32(tensor.shape.dimensions.count))
      for dimension in tensor.shape.dimensions.reversed() { header.append(littleEndian: UInt64(dimension)) }
      header.append(littleEndian: id)
      header.append(littleEndian: UInt64(offset))
      places.append(Place(offset: offset, byteCount: bytes, padding: bytes.padded(to: alignment) - bytes))
      offset += bytes.padded(to: alignment)
    }
    header.append(contentsOf: repeatElement(0, count: header.count.padded(to: alignment) - header.count))
    self.places = places.map {
      Place(offset: header.count + $0.offset, byteCount: $0.byteCount, padding: $0.padding)
    }
    self.header = header
    self.fileSize = header.count + offset
    self.alignment = alignment
  }

  private static func check(_ tensor: Tensor, index: Int) throws(GGUFError) {
    let (name, shape) = (tensor.name, tensor.shape)
    guard !name.isEmpty else { throw .tensorNameEmpty(index: UInt64(index)) }
    guard name.utf8.count <= GGUFLimits.portableTensorNameBytes else {
      throw .tensorNameTooLong(name, bytes: UInt64(name.utf8.count))
    }
    guard !name.utf8.contains(0) else { throw .tensorNameHoldsNUL(name) }
    guard (1...GGUFLimits.dimensions).contains(shape.dimensions.count) else {
      throw .dimensionCountOutOfRange(tensor: name, count: UInt32(clamping: shape.dimensions.count))
    }
    guard shape.elementCount > 0 else { throw .dimensionZero(tensor: name) }
    guard shape.rowLength % tensor.elementType.blockLength == 0 else {
      throw .rowNotWholeBlocks(tensor: name, row: shape.rowLength, type: tensor.elementType)
    }
  }
}
