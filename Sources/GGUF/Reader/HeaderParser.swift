internal import FileAccess
internal import TensorCore

/// Reads the header of a GGUF file, in the order of the file: counts, metadata, tensor infos, then the layout of the
/// data that follows from them. formats/gguf.md is the normative page.
///
/// Three kinds of violations: those that can be read past (``deviation(_:)``), those that leave something without a
/// description while the place of what follows is known (``undescribed(_:)``), and those that are thrown, behind which
/// nothing can be read.
struct HeaderParser {
  private(set) var version: UInt32 = 0
  private(set) var metadata = GGUFMetadata()
  private(set) var alignment = GGUFLimits.defaultAlignment
  var tensors: [TensorDescription] = []
  var dataStart = 0
  /// The first whose data lies before that of the info in front of its own, which only some readers mind.
  var firstTensorOutOfOrder: String?
  /// The rules that the file breaks, in the order in which they were met, but for one that is thrown.
  private(set) var violations: [GGUFError] = []
  /// How many there are, those that are not kept among them.
  private(set) var violationCount = 0
  /// The first that leaves something without a description.
  private(set) var firstUndescribed: GGUFError?

  let file: InputFile
  var reader: HeaderReader
  var byteOrder: ByteOrder { reader.byteOrder }

  /// A hostile file breaks rules without end: how many are kept.
  private let mostViolations: Int

  init(_ file: InputFile, mostViolations: Int) {
    self.file = file
    self.mostViolations = mostViolations
    reader = HeaderReader(file)
  }

  func invalid(_ error: GGUFError) -> SourceError { .invalid(path: file.path, error) }

  /// What breaks a rule, and can be read all the same.
  mutating func deviation(_ error: GGUFError) {
    violationCount += 1
    if violations.count < mostViolations { violations.append(error) }
  }

  /// What breaks a rule and cannot be described, while what follows can be read.
  mutating func undescribed(_ error: GGUFError) {
    if firstUndescribed == nil { firstUndescribed = error }
    deviation(error)
  }

  mutating func parse() throws(SourceError) {
    try parseMagicAndVersion()
    let tensorCount = try reader.integer(UInt64.self, "the tensor count")
    let metadataCount = try reader.integer(UInt64.self, "the metadata count")
    // The shortest tensor info: an empty name (8), no dimensions (4), type (4), offset (8).
    guard tensorCount <= UInt64(reader.remaining / 24) else {
      throw invalid(.tensorCountImpossible(tensorCount, size: file.size))
    }
    guard tensorCount <= UInt64(GGUFLimits.tensors) else {
      throw invalid(.tensorCountTooLarge(tensorCount, limit: GGUFLimits.tensors))
    }
    // The shortest pair: an empty key (8), type (4), a value of one byte.
    guard metadataCount <= UInt64(reader.remaining / 13) else {
      throw invalid(.metadataCountImpossible(metadataCount, size: file.size))
    }
    guard metadataCount <= UInt64(GGUFLimits.metadataPairs) else {
      throw invalid(.metadataCountTooLarge(metadataCount, limit: GGUFLimits.metadataPairs))
    }
    var keys: Set<ExactString> = []
    for _ in 0..<metadataCount { try parsePair(&keys) }
    readAlignment()
    let infos = try parseTensorInfos(count: tensorCount)
    try layOut(infos)
  }

  private mutating func parseMagicAndVersion() throws(SourceError) {
    var magic: [UInt8] = []
    try reader.copy(4, to: &magic, "the magic")
    guard magic == Array("GGUF".utf8) else { throw invalid(.wrongMagic(magic)) }
    version = try reader.integer(UInt32.self, "the version")
    // A version that is small only when its bytes are reversed is that of a big-endian file.
    if version & 0xFFFF == 0, version != 0 {
      reader.byteOrder = .big
      version = version.byteSwapped
    }
    guard version == 2 || version == 3 else { throw invalid(.versionUnsupported(version)) }
  }

  // MARK: Metadata

  private mutating func parsePair(_ keys: inout Set<ExactString>) throws(SourceError) {
    let start = reader.position
    let bytes = try reader.stringBytes("a metadata key", limit: GGUFLimits.nameBytesReadPast) {
      .keyTooLong(bytes: $0, at: start)
    }
    let key: String
    if let valid = String(validating: bytes, as: UTF8.self) {
      key = valid
      checkGrammar(of: key, at: start)
    } else {
      key = String(decoding: bytes, as: UTF8.self)
      undescribed(.keyNotUTF8(at: start))
    }
    if !keys.insert(ExactString(key)).inserted { deviation(.keyTwice(key)) }
    let typeAt = reader.position
    let rawType = try reader.integer(UInt32.self, "the type of \(key.quoted())")
    guard let type = GGUFValueType(rawValue: rawType) else {
      throw invalid(.valueTypeUnknown(key: key, type: rawType, at: typeAt))
    }
    metadata.append(key, try parseValue(type, key: key))
  }

  private mutating func checkGrammar(of key: String, at start: Int) {
    if key.isEmpty {
      deviation(.keyEmpty(at: start))
    } else if key.utf8.count > GGUFLimits.keyBytes {
      deviation(.keyTooLong(bytes: UInt64(key.utf8.count), at: start))
    } else if key.utf8.contains(0) {
      deviation(.keyHoldsNUL(key))
    } else if !GGUFKey.isLowerSnakeCase(key) {
      deviation(.keyNotLowerSnakeCase(key))
    }
  }

  private mutating func parseValue(_ type: GGUFValueType, key: String) throws(SourceError) -> GGUFValue {
    func what() -> String { "the value of \(key.quoted())" }
    switch type {
    case .uint8: return .uint8(try reader.integer(UInt8.self, what()))
    case .int8: return .int8(try reader.integer(Int8.self, what()))
    case .uint16: return .uint16(try reader.integer(UInt16.self, what()))
    case .int16: return .int16(try reader.integer(Int16.self, what()))
    case .uint32: return .uint32(try reader.integer(UInt32.self, what()))
    case .int32: return .int32(try reader.integer(Int32.self, what()))
    case .float32: return .float32(Float(bitPattern: try reader.integer(UInt32.self, what())))
    case .uint64: return .uint64(try reader.integer(UInt64.self, what()))
    case .int64: return .int64(try reader.integer(Int64.self, what()))
    case .float64: return .float64(Double(bitPattern: try reader.integer(UInt64.self, what())))
    case .bool:
      let at = reader.position
      let value = try reader.integer(UInt8.self, what())
      if value > 1 { deviation(.boolNotZeroOrOne(key: key, value: value, at: at)) }
      return .bool(value != 0)
    case .string:
      let at = reader.position
      let (bytes, isUTF8) = try reader.textBytes(what())
      if !isUTF8 { deviation(.stringNotUTF8(key: key, at: at)) }
      return .string(String(decoding: bytes, as: UTF8.self))
    case .array:
      var bytes: [UInt8] = []
      let (elementType, count) = try parseArray(key: key, depth: 1, into: &bytes)
      return .array(GGUFArray(elementType: elementType, count: count, bytes: bytes))
    }
  }

  /// Reads an array behind its type, appending its elements in little-endian order.
  private mutating func parseArray(
    key: String, depth: Int, into bytes: inout [UInt8]
  ) throws(SourceError) -> (GGUFValueType, count: Int) {
    func what() -> String { "the array \(key.quoted())" }
    let start = reader.position
    guard depth <= GGUFLimits.arrayDepth else { throw invalid(.arrayTooDeep(key: key, at: start)) }
    let rawType = try reader.integer(UInt32.self, what())
    guard let type = GGUFValueType(rawValue: rawType) else {
      throw invalid(.arrayTypeUnknown(key: key, type: rawType, at: start))
    }
    let rawCount = try reader.integer(UInt64.self, what())
    // The shortest string is its length, the shortest array its type and count.
    let smallest = type.fixedSize ?? (type == .string ? 8 : 12)
    guard rawCount <= UInt64(reader.remaining / smallest) else {
      throw invalid(.arrayCountImpossible(key: key, count: rawCount, at: start, size: file.size))
    }
    let count = Int(rawCount)
    switch type {
    case .string:
      // A token has a few bytes behind its length. Where fewer strings follow than that, the file is refused.
      bytes.reserveCapacity(bytes.count + min(count * 24, GGUFLimits.headerBytes))
      var done = 0
      while done < count {
        done += try reader.copyStrings(upTo: count - done, to: &bytes)
        if done == count { break }
        try parseArrayString(key: key, into: &bytes)
        done += 1
      }
    case .array:
      for _ in 0..<count {
        var inner: [UInt8] = []
        let (innerType, innerCount) = try parseArray(key: key, depth: depth + 1, into: &inner)
        bytes.append(littleEndian: innerType.rawValue)
        bytes.append(littleEndian: UInt64(innerCount))
        bytes.append(contentsOf: inner)
      }
    case .bool:
      let first = bytes.count
      let at = reader.position
      try reader.copy(count, to: &bytes, what())
      if let bad = bytes[first...].firstIndex(where: { $0 > 1 }) {
        deviation(.boolNotZeroOrOne(key: key, value: bytes[bad], at: at + bad - first))
      }
    default:
      try reader.copy(count * smallest, width: smallest, to: &bytes, what())
    }
    return (type, count)
  }

  private mutating func parseArrayString(key: String, into bytes: inout [UInt8]) throws(SourceError) {
    let at = reader.position
    let (text, isUTF8) = try reader.textBytes("a string of \(key.quoted())")
    bytes.append(littleEndian: UInt64(text.count))
    bytes.append(contentsOf: text)
    if !isUTF8 { deviation(.stringNotUTF8(key: key, at: at)) }
  }

  private mutating func readAlignment() {
    do throws(GGUFError) {
      alignment = try metadata.alignment()
    } catch {
      undescribed(error)
    }
    if alignment < 8 { deviation(.alignmentNotMultipleOf8(UInt32(alignment))) }
  }
}

/// The grammar of metadata keys.
public enum GGUFKey {
  /// ASCII segments of lower_snake_case (letters, digits, `_`; `-` as llama.cpp's own architecture names have it) with
  /// dots between them.
  public static func isLowerSnakeCase(_ key: String) -> Bool {
    key.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { segment in
      !segment.isEmpty
        && segment.allSatisfy { byte in
          switch byte {
          case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"),
            UInt8(ascii: "-"):
            true
          default: false
          }
        }
    }
  }
}
