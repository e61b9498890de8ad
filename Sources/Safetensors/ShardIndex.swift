package import FileAccess
public import StrictJSON
public import TensorCore

/// A rule of a shard index (`model.safetensors.index.json`) that it, or a shard it names, breaks: one case a rule.
public enum ShardIndexError: PlacedViolation, Hashable {
  case tooLarge(size: Int, limit: Int)
  case notJSON(JSONError)
  case weightMapMissing
  case weightMapEmpty
  case shardOutsideDirectory(tensor: String, shard: String)
  case shardIsIndex(String)
  case shardMissing(tensor: String, shard: String)
  case tensorNotInShard(tensor: String, shard: String)
  case tensorNotInIndex(tensor: String, shard: String)
  case tensorInTwoShards(tensor: String, first: String, second: String)
  case shardSetIncomplete(missing: String)

  public var tensor: String? {
    switch self {
    case .shardOutsideDirectory(let tensor, _), .shardMissing(let tensor, _), .tensorNotInShard(let tensor, _),
      .tensorNotInIndex(let tensor, _), .tensorInTwoShards(let tensor, _, _):
      tensor
    default: nil
    }
  }
  public var key: String? { nil }
  public var offset: Int? { nil }

  public var message: String {
    switch self {
    case .tooLarge(let size, let limit): "index of \(size) bytes, expected \(limit) at most"
    case .notJSON(let error): "index: \(error)"
    case .weightMapMissing: "index has no \"weight_map\""
    case .weightMapEmpty: "index names no tensor"
    case .shardOutsideDirectory(_, let shard):
      "shard \(shard.quoted()) is not the name of a file beside the index"
    case .shardIsIndex(let shard): "the shard \(shard.quoted()) is the index itself"
    case .shardMissing(_, let shard): "there is no shard \(shard.quoted())"
    case .tensorNotInShard(_, let shard): "not in its shard \(shard.quoted())"
    case .tensorNotInIndex(_, let shard):
      "in shard \(shard.quoted()), but not in the index"
    case .tensorInTwoShards(_, let first, let second):
      "in shard \(first.quoted()) and in shard \(second.quoted())"
    case .shardSetIncomplete(let missing): "the set of shards is incomplete: there is no \(missing.quoted())"
    }
  }
}

/// Which shard holds which tensor, as an index says.
public struct ShardIndex: Sendable {
  /// The index of a model with 100,000 tensors takes about 10 MB.
  public static let maximumSize = 100_000_000

  /// Tensor to the shard's file name.
  public let shardOfTensor: [ExactString: String]
  /// The shards' file names, sorted by their bytes.
  public let shards: [String]

  /// What `metadata.total_size` says of the bytes of all tensors.
  public enum TotalSize: Sendable, Hashable {
    case bytes(UInt64)
    case notAByteCount
  }

  /// nil where the index says nothing of it. Readers do not look at it.
  public let totalSize: TotalSize?

  /// Names that lead out of the folder of the index; they are in no other property.
  let outside: [ShardIndexError]

  /// Reads an index that is open.
  ///
  /// - Throws: ``SourceError``: `.file`, or `.invalid` with a ``ShardIndexError``.
  package init(_ file: InputFile) throws(SourceError) {
    self = try Self.survey(file).index
    if let first = outside.first { throw .invalid(path: file.path, first) }
  }

  /// Reads an index that is open as far as it can be: for programs that tell what is wrong with it.
  ///
  /// - Returns: What it says without names of shards that are not in its own folder, and an error for each of these.
  /// - Throws: ``SourceError``: `.file`, or `.invalid` with a ``ShardIndexError`` where nothing can be read.
  package static func survey(
    _ file: InputFile
  ) throws(SourceError) -> (index: ShardIndex, violations: [ShardIndexError]) {
    guard file.size <= maximumSize else {
      throw .invalid(path: file.path, ShardIndexError.tooLarge(size: file.size, limit: maximumSize))
    }
    let json = try file.bytes(in: 0..<file.size)
    do throws(ShardIndexError) {
      let index = try ShardIndex(surveying: json)
      return (index, index.outside)
    } catch {
      throw .invalid(path: file.path, error)
    }
  }

  /// Parses an index.
  public init(json: [UInt8]) throws(ShardIndexError) {
    try self.init(surveying: json)
    if let first = outside.first { throw first }
  }

  private init(surveying json: [UInt8]) throws(ShardIndexError) {
    var map: [(tensor: String, shard: String)]?
    var totalSize: TotalSize?
    do throws(JSONError) {
      var scanner = JSONScanner(json)
      try scanner.beginObject()
      while let key = try scanner.nextKey() {
        switch key {
        case "weight_map":
          var entries: [(String, String)] = []
          try scanner.beginObject()
          while let tensor = try scanner.nextKey() { entries.append((tensor, try scanner.string())) }
          map = entries
        case "metadata": totalSize = try Self.totalSize(&scanner)
        default: try scanner.skipValue()
        }
      }
      try scanner.end()
    } catch {
      throw .notJSON(error)
    }
    guard let map else { throw .weightMapMissing }
    guard !map.isEmpty else { throw .weightMapEmpty }
    outside = map.filter { !Self.isPlainName($0.shard) }.map {
      .shardOutsideDirectory(tensor: $0.tensor, shard: $0.shard)
    }
    let inside = map.filter { Self.isPlainName($0.shard) }
    self.totalSize = totalSize
    shardOfTensor = Dictionary(
      inside.map { (ExactString($0.tensor), $0.shard) }, uniquingKeysWith: { first, _ in first })
    shards = Set(inside.map { ExactString($0.shard) }).map(\.string).sorted {
      $0.utf8.lexicographicallyPrecedes($1.utf8)
    }
  }

  /// Of the value of `metadata`.
  private static func totalSize(_ scanner: inout JSONScanner) throws(JSONError) -> TotalSize? {
    guard case .object = try scanner.peek() else {
      try scanner.skipValue()
      return nil
    }
    var found: TotalSize?
    try scanner.beginObject()
    while let key = try scanner.nextKey() {
      let value = scanner
      if key == "total_size", let bytes = try? scanner.unsignedInteger() {
        found = .bytes(bytes)
      } else {
        if key == "total_size" { found = .notAByteCount }
        scanner = value
        try scanner.skipValue()
      }
    }
    return found
  }

  /// A file in the index's own folder: no separator, no step upward, nothing a system call would cut.
  private static func isPlainName(_ name: String) -> Bool {
    !name.isEmpty && name != "." && name != ".."
      && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") || $0 == 0 }
  }
}
