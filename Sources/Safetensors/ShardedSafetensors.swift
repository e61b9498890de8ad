public import FileAccess
public import TensorCore

/// A checkpoint in several safetensors files: one source.
public struct ShardedSafetensors: TensorSource {
  public let tensors: [TensorDescription]
  public let files: [SourceFile]
  public var formatName: String { "safetensors" }

  /// The index that names the shards; nil where their names alone make them a set.
  public let indexPath: String?

  package let shards: [SafetensorsFile]

  /// The `__metadata__` of all shards, in their order: of pairs that several have, the first.
  public var metadata: [(key: String, value: String)] {
    var seen: Set<[ExactString]> = []
    return shards.flatMap(\.metadata).filter { seen.insert([ExactString($0.key), ExactString($0.value)]).inserted }
  }

  /// Opens the shards that an index names, and checks index and shards against each other.
  ///
  /// - Throws: ``SourceError``: `.invalid` with a ``ShardIndexError`` or, for a shard, a ``SafetensorsError``.
  public init(indexPath: String, files: any FileOpener = LocalFiles()) throws(SourceError) {
    func invalid(_ error: ShardIndexError) -> SourceError { .invalid(path: indexPath, error) }
    let index = try ShardIndex(files.open(indexPath))
    // A shard may be compressed, which the index does not say.
    var paths: [String] = []
    for shard in index.shards {
      guard let path = files.neighbour(shard, of: indexPath) else {
        let tensor = index.shardOfTensor.filter { $0.value == shard }.keys.map(\.string).min() ?? ""
        throw invalid(.shardMissing(tensor: tensor, shard: shard))
      }
      paths.append(path)
    }
    let indexName = files.name(of: indexPath)
    if index.shards.contains(indexName) { throw invalid(.shardIsIndex(indexName)) }
    try self.init(paths: paths, named: indexPath, indexPath: indexPath, files: files)
    do throws(ShardIndexError) {
      try check(against: index)
    } catch {
      throw invalid(error)
    }
  }

  /// Opens shards that no index lists.
  ///
  /// - Parameters:
  ///   - paths: The shards, in order.
  ///   - name: What to call the set in an error about more than one of them.
  public init(paths: [String], named name: String) throws(SourceError) {
    try self.init(paths: paths, named: name, indexPath: nil, files: LocalFiles())
  }

  private init(
    paths: [String], named name: String, indexPath: String?, files: any FileOpener
  ) throws(SourceError) {
    var shards: [SafetensorsFile] = []
    for (number, path) in paths.enumerated() { shards.append(try SafetensorsFile(files.open(path), index: number)) }
    var shardOfTensor: [ExactString: Int] = [:]
    for (number, shard) in shards.enumerated() {
      for tensor in shard.tensors {
        guard let first = shardOfTensor.updateValue(number, forKey: ExactString(tensor.name)) else { continue }
        throw .invalid(
          path: name,
          ShardIndexError.tensorInTwoShards(
            tensor: tensor.name, first: files.name(of: paths[first]), second: files.name(of: paths[number])))
      }
    }
    self.indexPath = indexPath
    self.shards = shards
    tensors = shards.flatMap(\.tensors)
    self.files = shards.flatMap(\.files)
  }

  private func check(against index: ShardIndex) throws(ShardIndexError) {
    var found: Set<ExactString> = []
    for tensor in tensors {
      let shard = index.shards[tensor.file]
      guard let expected = index.shardOfTensor[ExactString(tensor.name)] else {
        throw .tensorNotInIndex(tensor: tensor.name, shard: shard)
      }
      guard ExactString(expected) == ExactString(shard) else {
        throw .tensorNotInShard(tensor: tensor.name, shard: expected)
      }
      found.insert(ExactString(tensor.name))
    }
    let missing = index.shardOfTensor.filter { !found.contains($0.key) }.min { $0.key.string < $1.key.string }
    if let missing { throw .tensorNotInShard(tensor: missing.key.string, shard: missing.value) }
  }

  public func read(
    _ tensor: TensorDescription, from start: Int, into buffer: inout MutableSpan<UInt8>
  ) throws(SourceError) {
    try shards[tensor.file].read(tensor, from: start, into: &buffer)
  }

  public func prefetch(_ tensor: TensorDescription, _ bytes: Range<Int>) {
    shards[tensor.file].prefetch(tensor, bytes)
  }
}
