public import FileAccess
internal import GGUF
public import RawCheckpoint
internal import Safetensors
public import TensorCore

/// How a headerless file is described.
public enum RawLayout: Sendable {
  case description(RawDescription)
  /// The path of the JSON form.
  case file(String)
}

/// Opens whatever a user calls a checkpoint: a GGUF or safetensors file, one part of a split GGUF file (which opens the
/// whole set), a shard index, a folder that holds one of them, or raw fp32 numbers, for which `raw` says what they are.
///
/// What a file is follows from its first bytes; its name only decides what the error says. Any file may be compressed
/// with Zstandard, once.
///
/// - Parameter files: Opens the file, and those beside it that belong to it. Folders, and raw numbers, are local.
/// - Throws: ``SourceError``; `.invalid` with an ``UnreadableCheckpoint`` for what is no checkpoint.
public func openCheckpoint(
  at path: String, raw: RawLayout? = nil, files: any FileOpener = LocalFiles()
) throws(SourceError) -> any TensorSource {
  if let raw { return try openRaw(path, raw) }
  if files is LocalFiles, FileStatus(ofPath: path)?.kind == .directory { return try openDirectory(path) }
  let file = try files.open(path)
  switch try CheckpointFormat(of: file) {
  case .gguf: return try openGGUF(file, files)
  case .safetensors: return try SafetensorsFile(file)
  case .shardIndex: return try ShardedSafetensors(indexPath: path, files: files)
  case .unreadable(let what): throw .invalid(path: path, what)
  }
}

/// The header of another format would be read as numbers, where its size happens to fit.
private func openRaw(_ path: String, _ raw: RawLayout) throws(SourceError) -> RawCheckpointFile {
  let file = try InputFile(path: path)
  if (try? GGUFFile(file)) != nil {
    throw .invalid(path: path, UnreadableCheckpoint.notRaw(format: "GGUF"))
  }
  if (try? SafetensorsFile(file)) != nil {
    throw .invalid(path: path, UnreadableCheckpoint.notRaw(format: "safetensors"))
  }
  switch raw {
  case .description(let description): return try RawCheckpointFile(file, description: description)
  case .file(let descriptionPath): return try RawCheckpointFile(file, descriptionPath: descriptionPath)
  }
}
