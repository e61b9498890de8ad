internal import FileAccess
internal import Safetensors
internal import TensorCore

/// The shards that an index of safetensors files names.
struct ShardSet {
  /// How many shards there should be.
  let count: Int
  /// Those that are there, in the order of the index.
  let paths: [String]

  private let index: ShardIndex?
  /// The names that the index gives to ``paths``.
  private let names: [String]
  private let missing: [String]
  private let indexName: String

  init(_ index: ShardIndex?, path: String, files: any FileOpener) {
    indexName = files.name(of: path)
    self.index = index
    var (paths, names, missing): ([String], [String], [String]) = ([], [], [])
    for shard in index?.shards ?? [] where shard != indexName {
      // A shard may be compressed, which the index does not say.
      if let found = files.neighbour(shard, of: path) {
        paths.append(found)
        names.append(shard)
      } else {
        missing.append(shard)
      }
    }
    (self.paths, self.names, self.missing) = (paths, names, missing)
    count = index?.shards.count ?? 1
  }

  /// Adds what index and shards say of each other.
  ///
  /// - Parameter files: The shards, and behind them the index.
  func addFindings(_ files: [SurveyedFile], _ findings: inout FindingList) {
    guard let index else { return }
    func add(_ error: ShardIndexError, file: Int) { findings.add(error, error.rule, file: file) }
    let indexFile = files.count - 1
    for (number, shard) in names.enumerated() { addFormat(of: files[number], shard, file: number, &findings) }
    if index.shards.contains(indexName) { add(.shardIsIndex(indexName), file: indexFile) }
    addMissing(index, &findings)
    var first: [ExactString: Int] = [:]
    for (number, shard) in names.enumerated() {
      for tensor in files[number].tensors {
        let name = ExactString(tensor.name)
        if let other = first.updateValue(number, forKey: name), other != number {
          add(.tensorInTwoShards(tensor: tensor.name, first: names[other], second: shard), file: number)
        }
        switch index.shardOfTensor[name] {
        case nil: add(.tensorNotInIndex(tensor: tensor.name, shard: shard), file: number)
        case let expected? where expected != shard && first[name] == number:
          add(.tensorNotInShard(tensor: tensor.name, shard: expected), file: number)
        default: break
        }
      }
    }
    addTotalSize(index, files, &findings)
    // Of a shard that is missing or damaged, nobody knows what it holds.
    let known = Set(zip(names, files).lazy.filter { $0.1.isWhole }.map(\.0))
    let absent = index.shardOfTensor.filter { known.contains($0.value) && first[$0.key] == nil }
    for (tensor, shard) in absent.map({ ($0.key.string, $0.value) }).sorted(by: { $0.0 < $1.0 }) {
      add(.tensorNotInShard(tensor: tensor, shard: shard), file: indexFile)
    }
  }

  /// Each shard that is missing, with the first of its tensors.
  private func addMissing(_ index: ShardIndex, _ findings: inout FindingList) {
    guard !missing.isEmpty else { return }
    var firstTensor: [String: String] = [:]
    for (tensor, shard) in index.shardOfTensor {
      firstTensor[shard] = min(firstTensor[shard] ?? tensor.string, tensor.string)
    }
    for shard in missing {
      let tensor = firstTensor[shard] ?? ""
      let error = ShardIndexError.shardMissing(tensor: tensor, shard: shard)
      // The index stands behind the shards that are there.
      findings.add(error, error.rule, file: paths.count)
    }
  }

  private func addTotalSize(_ index: ShardIndex, _ files: [SurveyedFile], _ findings: inout FindingList) {
    guard let said = index.totalSize else { return }
    let place = ValidationFinding.Place(file: files.count - 1)
    switch said {
    case .notAByteCount: findings.add(SetRules.totalSize, at: place, "metadata.total_size is not a number of bytes")
    case .bytes(let said):
      guard missing.isEmpty, files.allSatisfy(\.isWhole) else { return }
      let found = files.lazy.flatMap(\.tensors).map(\.byteCount).clampedSum
      if UInt64(found) != said {
        findings.add(
          SetRules.totalSize, at: place, "metadata.total_size is \(said), and the tensors have \(found) bytes")
      }
    }
  }

  private func addFormat(of file: SurveyedFile, _ shard: String, file number: Int, _ findings: inout FindingList) {
    switch file.content {
    case .safetensors, .damaged, .noModel: return
    case .gguf, .shardIndex:
      findings.add(
        SetRules.otherFormat, at: .init(file: number), "the shard \(shard.quoted()) is no safetensors file")
    }
  }
}
