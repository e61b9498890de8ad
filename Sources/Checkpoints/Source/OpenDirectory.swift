internal import FileAccess
internal import GGUF
internal import Safetensors
internal import SystemPackage
internal import TensorCore

/// A folder as Hugging Face lays it out: an index and its shards, or one file; where it holds no safetensors, one GGUF
/// file, or one that was split. Each file may be compressed.
func openDirectory(_ path: String) throws(SourceError) -> any TensorSource {
  let names: [String]
  do {
    names = try directoryEntries(path)
  } catch {
    throw .file(FileError(path: path, operation: .open, reason: String(describing: error)))
  }
  func within(_ name: String) -> String { FilePath(path).appending(name).string }
  /// The files with an ending; of one that is there compressed and not, the latter.
  func files(_ ending: String) -> [String] {
    let present = Set(names)
    return names.filter { name in
      withoutZst(name).hasSuffix(ending) && (!name.hasSuffix(".zst") || !present.contains(withoutZst(name)))
    }
  }

  let indices = names.filter { $0.hasSuffix(".safetensors.index.json") }
  if indices.count == 1 { return try ShardedSafetensors(indexPath: within(indices[0])) }
  if indices.count > 1 { throw .invalid(path: path, UnreadableCheckpoint.directoryAmbiguous(indices)) }

  let checkpoints = files(".safetensors")
  if let model = checkpoints.first(where: { withoutZst($0) == "model.safetensors" }) {
    return try SafetensorsFile(path: within(model))
  }
  if checkpoints.count == 1, ShardName(withoutZst(checkpoints[0]), ending: ".safetensors")?.total ?? 1 == 1 {
    return try SafetensorsFile(path: within(checkpoints[0]))
  }
  if checkpoints.isEmpty {
    let models = files(".gguf")
    guard let first = models.first else {
      throw .invalid(path: path, UnreadableCheckpoint.directoryWithoutCheckpoint)
    }
    if models.count == 1 { return try openGGUF(InputFile(path: within(first))) }
    // The first file says how many there must be, and finds them.
    if ShardName.set(models, ending: ".gguf") != nil {
      let model = try openGGUF(InputFile(path: within(first)))
      if model.parts.count > 1 { return model }
    }
    throw .invalid(path: path, UnreadableCheckpoint.directoryAmbiguous(models))
  }
  // Several files are one checkpoint where their names say so: NAME-00001-of-00003.safetensors.
  guard let shards = ShardName.set(checkpoints, ending: ".safetensors"), let first = shards.first else {
    throw .invalid(path: path, UnreadableCheckpoint.directoryAmbiguous(checkpoints))
  }
  let present = Set(shards.map(\.number))
  for number in 1...first.total where !present.contains(number) {
    throw .invalid(path: path, ShardIndexError.shardSetIncomplete(missing: first.name(of: number)))
  }
  return try ShardedSafetensors(paths: checkpoints.map(within), named: path)
}

/// A GGUF file, or the whole set of which it is a part.
///
/// - Throws: ``SourceError``: `.invalid` with a `SplitError` where parts are missing or do not belong together.
func openGGUF(_ file: InputFile, _ files: any FileOpener = LocalFiles()) throws(SourceError) -> any GGUFSource {
  let named = try GGUFFile(file)
  let place: (number: Int, count: Int)?
  do throws(SplitError) {
    place = try named.splitPlace()
  } catch {
    throw named.invalid(error)
  }
  guard let (number, count) = place else { return named }
  guard let shard = ShardName(withoutZst(files.name(of: file.path)), ending: ".gguf"),
    shard.number == number, shard.total == count
  else { throw named.invalid(.notNamedAsPart(number: number, count: count)) }
  // Looked for before any is opened, so that what is missing is said at once.
  var paths: [String] = []
  for other in 1...count {
    let name = shard.name(of: other)
    guard let found = other == number ? file.path : files.neighbour(name, of: file.path) else {
      throw named.invalid(.partMissing(number: number, count: count, missing: name))
    }
    paths.append(found)
  }
  var parts: [GGUFFile] = []
  for (index, path) in paths.enumerated() {
    if index + 1 == number { parts.append(named) } else { parts.append(try GGUFFile(files.open(path))) }
  }
  return try SplitGGUF(parts)
}
