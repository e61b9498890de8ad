internal import FileAccess
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
/// - Throws: ``SourceError``; `.invalid` with an ``UnreadableCheckpoint`` for what is no checkpoint.
public func openCheckpoint(at path: String, raw: RawLayout? = nil) throws(SourceError) -> any TensorSource {
  if let raw { return try openRaw(path, raw) }
  if FileStatus(ofPath: path)?.kind == .directory { return try openDirectory(path) }
  if path.hasSuffix(".index.json") {
    if path.hasSuffix(".bin.index.json") { throw .invalid(path: path, UnreadableCheckpoint.indexOfPickles) }
    return try ShardedSafetensors(indexPath: path)
  }
  let file = try InputFile(path: path)
  let start = try file.bytes(in: 0..<min(file.size, 64))
  if start.span.starts(with: Array("GGUF".utf8)) { return try openGGUF(file) }
  // Before the others: the length that a safetensors file begins with may look like anybody's magic number.
  if isSafetensors(start.span, fileSize: file.size) { return try SafetensorsFile(file) }
  if let what = UnreadableCheckpoint.recognise(start.span) { throw .invalid(path: path, what) }
  let name = file.isCompressed && path.hasSuffix(".zst") ? path.dropLast(".zst".count) : path[...]
  if name.hasSuffix(".gguf") { return try openGGUF(file) }
  if name.hasSuffix(".safetensors") { return try SafetensorsFile(file) }
  throw .invalid(path: path, UnreadableCheckpoint.unknown(firstBytes: Array(start.prefix(8))))
}

/// A safetensors header begins with an object behind its eight bytes of length, and the file is longer than both.
private func isSafetensors(_ start: Span<UInt8>, fileSize: Int) -> Bool {
  guard start.count > 8, start[8] == UInt8(ascii: "{") else { return false }
  return start.load(UInt64.self, at: 0) <= UInt64(fileSize - 8)
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
