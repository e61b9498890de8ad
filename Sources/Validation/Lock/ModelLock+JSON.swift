internal import Digests
internal import GGUF
internal import StrictJSON
public import TensorCore

/// Why a file is no lock.
public enum LockError: FormatViolation, Hashable {
  case tooLarge(limit: Int)
  case notJSON(String)
  case otherSchema(String)
  case missing(String)
  case tensorTwice(String)

  public var description: String {
    switch self {
    case .tooLarge(let limit): "has more than \(limit) bytes, the longest lock that is read"
    case .notJSON(let reason): "is no lock file: \(reason)"
    case .otherSchema(let schema): "has the schema \(schema.quoted(limit: 40)), expected \"\(ModelLock.schema)\""
    case .missing(let field): "is no lock file: it has no \(field.quoted())"
    case .tensorTwice(let name): "names tensor \(name.quoted()) twice"
    }
  }
}

extension ModelLock: Encodable {
  public static let schema = "gguf-lock-1"
  /// A lock of 100,000 tensors has 20 MB.
  public static let byteLimit = 256 << 20

  private enum Key: String, CodingKey { case schema, format, source, tensors, metadata }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(Self.schema, forKey: .schema)
    try container.encode(format, forKey: .format)
    try container.encodeIfPresent(source, forKey: .source)
    try container.encode(tensors, forKey: .tensors)
    try container.encode(metadata, forKey: .metadata)
  }

  /// Parses a lock.
  ///
  /// - Throws: ``LockError``. Fields that it does not know are passed over, so that later versions may add some.
  public init(parsing json: [UInt8]) throws(LockError) {
    guard json.count <= Self.byteLimit else { throw .tooLarge(limit: Self.byteLimit) }
    var reading = Reading()
    do throws(JSONError) {
      try reading.read(json)
    } catch {
      throw .notJSON("\(error)")
    }
    guard let schema = reading.schema else { throw .missing("schema") }
    guard schema == Self.schema else { throw .otherSchema(schema) }
    guard let format = reading.format else { throw .missing("format") }
    var (tensors, names): ([Tensor], Set<ExactString>) = ([], [])
    for fields in reading.tensors ?? [] {
      guard let name = fields.texts["name"] else { throw .missing("tensors[].name") }
      guard let type = fields.texts["type"] else { throw .missing("tensors[].type") }
      guard let sha256 = fields.texts["sha256"] else { throw .missing("tensors[].sha256") }
      guard let shape = fields.shape else { throw .missing("tensors[].shape") }
      guard names.insert(ExactString(name)).inserted else { throw .tensorTwice(name) }
      tensors.append(Tensor(name: name, type: type, shape: shape, sha256: sha256))
    }
    guard reading.tensors != nil else { throw .missing("tensors") }
    guard let pairs = reading.metadata else { throw .missing("metadata") }
    var metadata: [Pair] = []
    for fields in pairs {
      guard let key = fields.texts["key"] else { throw .missing("metadata[].key") }
      guard let type = fields.texts["type"] else { throw .missing("metadata[].type") }
      guard let sha256 = fields.texts["sha256"] else { throw .missing("metadata[].sha256") }
      metadata.append(Pair(key: key, type: type, sha256: sha256))
    }
    self.init(format: format, tensors: tensors, metadata: metadata, source: reading.source)
  }

  private struct Fields {
    var texts: [String: String] = [:]
    var shape: [Int]?

    init(_ scanner: inout JSONScanner) throws(JSONError) {
      try scanner.beginObject()
      while let key = try scanner.nextKey() {
        switch key {
        case "name", "type", "sha256", "key": texts[key] = try scanner.string()
        case "shape":
          var shape: [Int] = []
          try scanner.beginArray()
          while try scanner.nextElement() { shape.append(Int(clamping: try scanner.unsignedInteger())) }
          self.shape = shape
        default: try scanner.skipValue()
        }
      }
    }
  }

  private struct Reading {
    var schema: String?
    var format: String?
    var source: String?
    var tensors: [Fields]?
    var metadata: [Fields]?

    mutating func read(_ json: [UInt8]) throws(JSONError) {
      var scanner = JSONScanner(json)
      try scanner.beginObject()
      while let key = try scanner.nextKey() {
        switch key {
        case "schema": schema = try scanner.string()
        case "format": format = try scanner.string()
        case "source": source = try scanner.string()
        case "tensors": tensors = try Self.list(&scanner)
        case "metadata": metadata = try Self.list(&scanner)
        default: try scanner.skipValue()
        }
      }
      try scanner.end()
    }

    private static func list(_ scanner: inout JSONScanner) throws(JSONError) -> [Fields] {
      var list: [Fields] = []
      try scanner.beginArray()
      while try scanner.nextElement() { list.append(try Fields(&scanner)) }
      return list
    }
  }
}

extension ModelLock.Pair {
  init(_ key: String, _ value: GGUFValue) {
    self.init(key: key, type: value.type.name, sha256: "\(DigestAlgorithm.sha256.digest(of: value.encoded))")
  }
}
