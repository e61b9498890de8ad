internal import FileAccess
internal import TensorCore

extension HeaderParser {
  /// A tensor info, its offset still counted from the start of the data.
  struct TensorInfo {
    let name: String
    let elementType: ElementType
    let shape: Shape
    let byteCount: Int
    let offset: UInt64
  }

  private static let mostDimensionsReadPast: UInt32 = 64
  /// Ids that ggml gave once and took back: Q4_2, Q4_3, and the repacked Q4_0 and IQ4_NL.
  private static let removedIDs: Set<UInt32> = [4, 5, 31, 32, 33, 36, 37, 38]

  mutating func parseTensorInfos(count: UInt64) throws(SourceError) -> [TensorInfo] {
    var infos: [TensorInfo] = []
    // What a compressed file says that it unpacks to is not there yet: room is made for what is found.
    infos.reserveCapacity(Int(min(count, 1 << 16)))
    var names: Set<ExactString> = []
    for index in 0..<count {
      let (name, info) = try parseTensorInfo(index)
      if !names.insert(ExactString(name)).inserted { deviation(.tensorTwice(name)) }
      if let info { infos.append(info) }
    }
    return infos
  }

  /// - Returns: The tensor's name; no info of a tensor that cannot be described.
  private mutating func parseTensorInfo(
    _ index: UInt64
  ) throws(SourceError) -> (name: String, TensorInfo?) {
    let start = reader.position
    let bytes = try reader.stringBytes("the name of tensor number \(index)", limit: GGUFLimits.nameBytesReadPast) {
      .tensorNameTooLong("number \(index)", bytes: $0)
    }
    let name: String
    if let valid = String(validating: bytes, as: UTF8.self) {
      name = valid
      checkName(name, index: index)
    } else {
      name = String(decoding: bytes, as: UTF8.self)
      undescribed(.tensorNameNotUTF8(at: start))
    }
    let dimensionCount = try reader.integer(UInt32.self, "tensor \(name.quoted())")
    let isCountable = (1...UInt32(GGUFLimits.dimensions)).contains(dimensionCount)
    // A few too many are read past; a count that nobody meant ends the reading.
    guard dimensionCount <= Self.mostDimensionsReadPast else {
      throw invalid(.dimensionCountOutOfRange(tensor: name, count: dimensionCount))
    }
    // The file has the innermost dimension first.
    var dimensions: [UInt64] = []
    for _ in 0..<dimensionCount { dimensions.append(try reader.integer(UInt64.self, "tensor \(name.quoted())")) }
    dimensions.reverse()
    let id = try reader.integer(UInt32.self, "tensor \(name.quoted())")
    let offset = try reader.integer(UInt64.self, "tensor \(name.quoted())")
    if !isCountable {
      undescribed(.dimensionCountOutOfRange(tensor: name, count: dimensionCount))
      // ggml takes a tensor without dimensions for one number, which has its place in the data.
      guard dimensionCount == 0 else { return (name, nil) }
    }
    do throws(GGUFError) {
      let (type, shape, byteCount) = try Self.describe(name, dimensions, typeID: id)
      return (name, TensorInfo(name: name, elementType: type, shape: shape, byteCount: byteCount, offset: offset))
    } catch {
      undescribed(error)
      return (name, nil)
    }
  }

  /// - Parameter dimensions: The outermost first.
  private static func describe(
    _ name: String, _ dimensions: [UInt64], typeID id: UInt32
  ) throws(GGUFError) -> (ElementType, Shape, byteCount: Int) {
    guard let shape = Shape(checking: dimensions) else { throw .shapeTooLarge(tensor: name, shape: dimensions) }
    guard shape.elementCount > 0 else { throw .dimensionZero(tensor: name) }
    guard let type = ElementType(ggufID: id) else {
      throw removedIDs.contains(id)
        ? .elementTypeRemoved(tensor: name, id: id) : .elementTypeUnknown(tensor: name, id: id)
    }
    guard shape.rowLength % type.blockLength == 0 else {
      throw .rowNotWholeBlocks(tensor: name, row: shape.rowLength, type: type)
    }
    guard let byteCount = type.byteCount(elements: shape.elementCount) else {
      throw .shapeTooLarge(tensor: name, shape: dimensions)
    }
    return (type, shape, byteCount)
  }

  private mutating func checkName(_ name: String, index: UInt64) {
    if name.isEmpty {
      deviation(.tensorNameEmpty(index: index))
    } else if name.utf8.count > GGUFLimits.tensorNameBytes {
      deviation(.tensorNameTooLong(name, bytes: UInt64(name.utf8.count)))
    } else if name.utf8.contains(0) {
      deviation(.tensorNameHoldsNUL(name))
    } else if Self.isPath(name) {
      deviation(.tensorNameIsPath(name))
    }
  }

  /// Whether a name leads out of the folder that somebody puts files with such names into.
  private static func isPath(_ name: String) -> Bool {
    // Few names have a slash, and splitting takes its time.
    guard name.utf8.contains(UInt8(ascii: "/")) else { return name == ".." }
    return name.hasPrefix("/") || name.split(separator: "/", omittingEmptySubsequences: false).contains("..")
  }

  /// Places the tensors in the file, by offset, and checks that each has its bytes for itself.
  mutating func layOut(_ infos: [TensorInfo]) throws(SourceError) {
    dataStart = reader.position.padded(to: alignment)
    let headerEnd = reader.position
    try checkHeaderPadding()
    guard !infos.isEmpty else {
      if file.size > dataStart, firstUndescribed == nil { deviation(.trailingBytes(from: headerEnd, size: file.size)) }
      dataStart = file.size
      return
    }
    // Padding that is cut off at the end leaves no data, not a negative amount of it.
    let dataSize = max(0, file.size - dataStart)
    var placed: [(info: TensorInfo, start: Int, end: Int)] = []
    placed.reserveCapacity(infos.count)
    for info in infos {
      guard let start = Int(exactly: info.offset),
        case let (end, overflow) = start.addingReportingOverflow(info.byteCount),
        !overflow, end <= Int.max - dataStart - alignment
      else {
        undescribed(.extentTooLarge(tensor: info.name, offset: info.offset, bytes: info.byteCount))
        continue
      }
      if start % alignment != 0 {
        deviation(.offsetUnaligned(tensor: info.name, offset: info.offset, alignment: alignment))
      }
      if firstTensorOutOfOrder == nil, let last = placed.last, start < last.start {
        firstTensorOutOfOrder = info.name
      }
      if end > dataSize { deviation(.extentBeyondEnd(tensor: info.name, end: end, data: dataSize)) }
      placed.append((info, start, end))
    }
    placed.sort { $0.start < $1.start }
    // Bytes that no tensor seems to have may be those of one without a description.
    checkCover(placed, dataSize: dataSize, looksForGaps: firstUndescribed == nil)
    tensors = placed.map { place in
      TensorDescription(
        name: place.info.name, elementType: place.info.elementType, shape: place.info.shape, byteOrder: byteOrder,
        offset: dataStart + place.start, byteCount: place.info.byteCount)
    }
  }

  private mutating func checkCover(
    _ placed: [(info: TensorInfo, start: Int, end: Int)], dataSize: Int, looksForGaps: Bool
  ) {
    var end = 0
    var previous: (info: TensorInfo, start: Int, end: Int)?
    for place in placed {
      if place.start < end, let previous {
        deviation(
          .overlap(
            tensor: place.info.name, place.start..<place.end, other: previous.info.name,
            previous.start..<previous.end))
      } else if looksForGaps, place.start > end.padded(to: alignment) {
        deviation(.gap(from: end, to: place.start, before: place.info.name))
      }
      if place.end >= end {
        end = place.end
        previous = place
      }
    }
    // The padding behind the last tensor may be there or not.
    if looksForGaps, dataSize > end.padded(to: alignment) {
      deviation(.trailingBytes(from: dataStart + end, size: file.size))
    }
  }

  private mutating func checkHeaderPadding() throws(SourceError) {
    let end = min(dataStart, file.size)
    let start = reader.position
    var padding: [UInt8] = []
    try reader.copy(end - start, to: &padding, "the padding behind the header")
    if let first = padding.firstIndex(where: { $0 != 0 }) { deviation(.headerPaddingNotZero(at: start + first)) }
  }
}
