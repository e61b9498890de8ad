internal import StrictJSON
internal import TensorCore

/// A tensor's entry as it stands in the header, not yet checked.
struct HeaderEntry {
  let name: String
  var dtype: String?
  var shape: [UInt64]?
  var offsets: [UInt64]?

  /// Keys that the format does not know are passed over, as the reference implementation does.
  init(name: String, _ scanner: inout JSONScanner) throws(JSONError) {
    self.name = name
    try scanner.beginObject()
    while let key = try scanner.nextKey() {
      switch key {
      case "dtype": dtype = try scanner.string()
      case "shape": shape = try Self.integers(&scanner)
      case "data_offsets": offsets = try Self.integers(&scanner)
      default: try scanner.skipValue()
      }
    }
  }

  private static func integers(_ scanner: inout JSONScanner) throws(JSONError) -> [UInt64] {
    var values: [UInt64] = []
    try scanner.beginArray()
    while try scanner.nextElement() { values.append(try scanner.unsignedInteger()) }
    return values
  }

  func checked(dataStart: Int, dataSize: Int, file: Int) throws(SafetensorsError) -> TensorDescription {
    guard let dtype else { throw .dtypeMissing(tensor: name) }
    guard let dimensions = shape else { throw .shapeMissing(tensor: name) }
    guard let offsets else { throw .offsetsMissing(tensor: name) }
    guard let elementType = ElementType(safetensorsName: dtype) else {
      throw .dtypeUnknown(tensor: name, dtype: dtype)
    }
    guard dimensions.count <= SafetensorsHeader.maximumDimensions else {
      throw .shapeHasTooManyDimensions(tensor: name, limit: SafetensorsHeader.maximumDimensions)
    }
    guard let shape = Shape(checking: dimensions) else { throw .shapeTooLarge(tensor: name, shape: dimensions) }
    guard shape.elementCount % elementType.blockLength == 0 else {
      throw .shapeNotWholeBytes(tensor: name, dtype: dtype, elements: shape.elementCount)
    }
    guard let byteCount = elementType.byteCount(elements: shape.elementCount) else {
      throw .shapeTooLarge(tensor: name, shape: dimensions)
    }
    guard offsets.count == 2 else { throw .offsetsNotAPair(tensor: name, count: offsets.count) }
    let (begin, end) = (offsets[0], offsets[1])
    guard begin <= end else { throw .offsetsReversed(tensor: name, begin: begin, end: end) }
    guard end <= UInt64(dataSize) else { throw .offsetsBeyondEnd(tensor: name, end: end, data: dataSize) }
    guard Int(end - begin) == byteCount else {
      throw .extentDisagrees(tensor: name, expected: byteCount, found: Int(end - begin))
    }
    return TensorDescription(
      name: name, elementType: elementType, shape: shape, file: file, offset: dataStart + Int(begin),
      byteCount: byteCount)
  }
}
