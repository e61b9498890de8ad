internal import StrictJSON
public import TensorCore

/// What the header of a safetensors file says: its tensors in the order of their data, and its `__metadata__`.
///
/// The format: 8 bytes of header length (little-endian), that many bytes of JSON, then the data, which the tensors
/// cover without overlap or hole. Source: the format's reference implementation, huggingface/safetensors.
public struct SafetensorsHeader: Sendable {
  /// The reference implementation's limit: "a big header can be an attack".
  public static let maximumLength = 100_000_000
  /// More than any tensor has; keeps an entry's memory in proportion.
  public static let maximumDimensions = 64

  /// By where their data starts. Offsets count from the start of the file.
  public let tensors: [TensorDescription]
  /// `__metadata__`, in the order of the file.
  public let metadata: [(key: String, value: String)]

  /// Parses and checks a header.
  ///
  /// - Parameters:
  ///   - json: The header's bytes, behind the length.
  ///   - dataStart: Where the data starts in the file, in bytes.
  ///   - dataSize: How many bytes of data the file has.
  ///   - file: What ``TensorDescription/file`` shall say.
  /// - Complexity: O(*n* log *n*) for *n* bytes of header.
  public init(json: [UInt8], dataStart: Int, dataSize: Int, file: Int = 0) throws(SafetensorsError) {
    guard let first = json.first else { throw .headerEmpty }
    guard first == UInt8(ascii: "{") else { throw .headerDoesNotStartWithBrace(found: first) }
    let (entries, metadata) = try Self.parse(json)
    var tensors: [TensorDescription] = []
    tensors.reserveCapacity(entries.count)
    for entry in entries { tensors.append(try entry.checked(dataStart: dataStart, dataSize: dataSize, file: file)) }
    tensors.sort { left, right in
      (left.offset, left.byteCount) < (right.offset, right.byteCount)
        || (left.offset, left.byteCount) == (right.offset, right.byteCount) && left.name < right.name
    }
    try Self.checkCover(tensors, dataStart: dataStart, dataSize: dataSize)
    self.tensors = tensors
    self.metadata = metadata
  }

  /// The data is covered from its first byte to its last, by one tensor each.
  private static func checkCover(
    _ tensors: [TensorDescription], dataStart: Int, dataSize: Int
  ) throws(SafetensorsError) {
    var end = 0
    var previous: TensorDescription?
    for tensor in tensors {
      let range = tensor.dataRange(dataStart)
      if range.lowerBound < end, let previous {
        throw .overlap(tensor: tensor.name, range, other: previous.name, previous.dataRange(dataStart))
      }
      if range.lowerBound > end { throw .hole(from: end, to: range.lowerBound, before: tensor.name) }
      end = range.upperBound
      if !range.isEmpty { previous = tensor }
    }
    if end < dataSize { throw .dataLeftOver(from: end, to: dataSize) }
  }

  private static func parse(
    _ json: [UInt8]
  ) throws(SafetensorsError) -> (entries: [Entry], metadata: [(key: String, value: String)]) {
    var entries: [Entry] = []
    var metadata: [(key: String, value: String)] = []
    var scanner = JSONScanner(json)
    // What is being read decides which rule a JSON error breaks.
    var context = Context.header
    do {
      try scanner.beginObject()
      while let name = try scanner.nextKey() {
        if name == "__metadata__" {
          context = .metadata
          // Writers that have nothing to say write null, and the reference implementation takes it.
          if try scanner.peek() == .null {
            try scanner.skipValue()
          } else {
            try scanner.beginObject()
            while let key = try scanner.nextKey() { metadata.append((key, try scanner.string())) }
          }
        } else {
          context = .tensor(name)
          entries.append(try Entry(name: name, &scanner))
        }
        context = .header
      }
      try scanner.end()
    } catch {
      switch context {
      case .header: throw .headerNotJSON(error)
      case .metadata: throw .metadataNotStrings(error)
      case .tensor(let name): throw .entryMalformed(tensor: name, error)
      }
    }
    return (entries, metadata)
  }

  private enum Context {
    case header, metadata, tensor(String)
  }
}

extension TensorDescription {
  fileprivate func dataRange(_ dataStart: Int) -> Range<Int> {
    (offset - dataStart)..<(offset - dataStart + byteCount)
  }
}

/// A tensor's entry as it stands in the header, not yet checked.
private struct Entry {
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
