internal import FileAccess
internal import GGUF
public import RawCheckpoint
internal import Safetensors
internal import SystemPackage
public import TensorCore

/// How a headerless file is described.
public enum RawLayout: Sendable {
  case description(RawDescription)
  /// The path of the JSON form.
  case file(String)
}

/// Opens whatever a user calls a checkpoint: a GGUF or safetensors file, a shard index, a folder that holds one of
/// them, or raw fp32 numbers, for which `raw` says what they are.
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
  if start.span.starts(with: Array("GGUF".utf8)) { return try GGUFFile(file) }
  // Before the others: the length that a safetensors file begins with may look like anybody's magic number.
  if isSafetensors(start.span, fileSize: file.size) { return try SafetensorsFile(file) }
  if let what = UnreadableCheckpoint.recognise(start.span) { throw .invalid(path: path, what) }
  let name = file.isCompressed && path.hasSuffix(".zst") ? path.dropLast(".zst".count) : path[...]
  if name.hasSuffix(".gguf") { return try GGUFFile(file) }
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

/// A folder as Hugging Face lays it out: an index and its shards, or one file.
private func openDirectory(_ path: String) throws(SourceError) -> any TensorSource {
  let names: [String]
  do {
    names = try directoryEntries(path)
  } catch {
    throw .file(FileError(path: path, operation: .open, reason: String(describing: error)))
  }
  func within(_ name: String) -> String { FilePath(path).appending(name).string }

  let indices = names.filter { $0.hasSuffix(".safetensors.index.json") }
  if indices.count == 1 { return try ShardedSafetensors(indexPath: within(indices[0])) }
  if indices.count > 1 { throw .invalid(path: path, UnreadableCheckpoint.directoryAmbiguous(indices)) }

  let checkpoints = names.filter { $0.hasSuffix(".safetensors") }
  if checkpoints.contains("model.safetensors") { return try SafetensorsFile(path: within("model.safetensors")) }
  switch checkpoints.count {
  case 0: throw .invalid(path: path, UnreadableCheckpoint.directoryWithoutCheckpoint)
  case 1: return try SafetensorsFile(path: within(checkpoints[0]))
  default: break
  }
  // Several files are one checkpoint where their names say so: NAME-00001-of-00003.safetensors.
  let numbers = checkpoints.compactMap(ShardName.init)
  guard numbers.count == checkpoints.count, let first = numbers.first,
    numbers.allSatisfy({ $0.stem == first.stem && $0.total == first.total })
  else { throw .invalid(path: path, UnreadableCheckpoint.directoryAmbiguous(checkpoints)) }
  let present = Set(numbers.map(\.number))
  for number in 1...first.total where !present.contains(number) {
    throw .invalid(path: path, ShardIndexError.shardSetIncomplete(missing: first.name(of: number)))
  }
  return try ShardedSafetensors(paths: checkpoints.map(within), named: path)
}

/// The name of one of several shards.
struct ShardName {
  let stem: Substring
  let number: Int
  let total: Int
  private let digits: Int

  /// A set has at least one shard and at most 99,999, as five digits hold.
  init?(_ name: String) {
    let parts = name.dropLast(".safetensors".count).split(separator: "-", omittingEmptySubsequences: false)
    guard name.hasSuffix(".safetensors"), parts.count >= 4, parts[parts.count - 2] == "of",
      let number = Int(parts[parts.count - 3]), let total = Int(parts[parts.count - 1]),
      (1...99_999).contains(total), (1...total).contains(number)
    else { return nil }
    stem = parts.dropLast(3).joined(separator: "-")[...]
    self.number = number
    self.total = total
    digits = parts[parts.count - 1].count
  }

  func name(of number: Int) -> String {
    func padded(_ value: Int) -> String {
      let text = String(value)
      return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
    return "\(stem)-\(padded(number))-of-\(padded(total)).safetensors"
  }
}
