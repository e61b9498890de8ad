internal import GGUF
internal import Safetensors
public import TensorCore

/// How a checkpoint is stored, and how much of what it holds: what a comparison says of each side as a whole.
public struct CheckpointFacts: Sendable {
  /// The path as the user gave it.
  public let name: String
  public let format: String
  /// GGUF only.
  public let version: UInt32?
  /// GGUF only.
  public let byteOrder: ByteOrder?
  /// Bytes; GGUF only.
  public let alignment: Int?
  public let files: Int
  /// Bytes of all files.
  public let size: Int
  public let mix: TypeMix

  public init(_ source: any TensorSource, name: String) {
    let gguf = source as? GGUFFile
    self.name = name
    format = source.formatName
    version = gguf?.version
    byteOrder = gguf?.byteOrder
    alignment = gguf?.alignment
    files = source.files.count
    size = source.files.lazy.map(\.size).clampedSum
    mix = TypeMix(source.tensors.map { ($0.elementType, $0.shape.elementCount, $0.byteCount) })
  }
}

/// The metadata of a checkpoint of any format.
enum CheckpointMetadata {
  /// Each key once: where shards of safetensors disagree about a key, all values of it as an array. Empty for formats that
  /// have none.
  static func entries(of source: any TensorSource) -> [GGUFMetadata.Entry] {
    if let file = source as? GGUFFile { return file.metadata.entries }
    let pairs = (source as? SafetensorsFile)?.metadata ?? (source as? ShardedSafetensors)?.metadata ?? []
    var values: [ExactString: [String]] = [:]
    for pair in pairs { values[ExactString(pair.key), default: []].append(pair.value) }
    var entries: [GGUFMetadata.Entry] = []
    for pair in pairs {
      guard let all = values.removeValue(forKey: ExactString(pair.key)) else { continue }
      entries.append(
        GGUFMetadata.Entry(key: pair.key, value: all.count == 1 ? .string(all[0]) : .array(GGUFArray(all))))
    }
    return entries
  }
}
