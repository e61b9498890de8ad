package import FileAccess
public import StrictJSON
public import TensorCore

/// A rule of a shard index (`model.safetensors.index.json`) that it, or a shard it names, breaks: one case a rule.
public enum ShardIndexError: FormatViolation, Hashable {
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

  public var description: String {
    switch self {
    case .tooLarge(let size, let limit): "index of \(size) bytes, expected \(limit) at most"
    case .notJSON(let error): "index: \(error)"
    case .weightMapMissing: "index has no \"weight_map\""
    case .weightMapEmpty: "index names no tensor"
    case .shardOutsideDirectory(let tensor, let shard):
      "tensor \(tensor.quoted()): shard \(shard.quoted()) is not the name of a file beside the index"
    case .shardIsIndex(let shard): "the shard \(shard.quoted()) is the index itself"
    case .shardMissing(let tensor, let shard): "tensor \(tensor.quoted()): there is no shard \(shard.quoted())"
    case .tensorNotInShard(let tensor, let shard): "tensor \(tensor.quoted()): not in its shard \(shard.quoted())"
    case .tensorNotInIndex(let tensor, let shard):
      "tensor \(tensor.quoted()): in shard \(shard.quoted()), but not in the index"
    case .tensorInTwoShards(let tensor, let first, let second):
      "tensor \(tensor.quoted()): in shard \(first.quoted()) and in shard \(second.quoted())"
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

  /// Reads an index that is open.
  ///
  /// - Throws: ``SourceError``: `.file`, or `.invalid` with a ``ShardIndexError``.
  package init(_ file: InputFile) throws(SourceError) {
    guard file.size <= Self.maximumSize else {
      throw .invalid(path: file.path, ShardIndexError.tooLarge(size: file.size, limit: Self.maximumSize))
    }
    let json = try file.bytes(in: 0..<file.size)
    do throws(ShardIndexError) {
      try self.init(json: json)
    } catch {
      throw .invalid(path: file.path, error)
    }
  }

  /// Parses an index.
  public init(json: [UInt8]) throws(ShardIndexError) {
    var map: [(tensor: String, shard: String)]?
    do throws(JSONError) {
      var scanner = JSONScanner(json)
      try scanner.beginObject()
      while let key = try scanner.nextKey() {
        guard key == "weight_map" else {
          try scanner.skipValue()
          continue
        }
        var entries: [(String, String)] = []
        try scanner.beginObject()
        while let tensor = try scanner.nextKey() { entries.append((tensor, try scanner.string())) }
        map = entries
      }
      try scanner.end()
    } catch {
      throw .notJSON(error)
    }
    guard let map else { throw .weightMapMissing }
    guard !map.isEmpty else { throw .weightMapEmpty }
    for (tensor, shard) in map where !Self.isPlainName(shard) {
      throw .shardOutsideDirectory(tensor: tensor, shard: shard)
    }
    shardOfTensor = Dictionary(map.map { (ExactString($0.tensor), $0.shard) }, uniquingKeysWith: { first, _ in first })
    shards = Set(map.map { ExactString($0.shard) }).map(\.string).sorted {
      $0.utf8.lexicographicallyPrecedes($1.utf8)
    }
  }

  /// A file in the index's own folder: no separator, no step upward, nothing a system call would cut.
  private static func isPlainName(_ name: String) -> Bool {
    !name.isEmpty && name != "." && name != ".."
      && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") || $0 == 0 }
  }
}
