public import GGUF
internal import Safetensors
public import TensorCore

/// The metadata of a checkpoint of any format.
public enum CheckpointMetadata {
  /// Each key once: where shards of safetensors disagree about a key, all values of it as an array. Empty for formats that
  /// have none.
  public static func entries(of source: any TensorSource) -> [GGUFMetadata.Entry] {
    if let described = source as? any DescribedSource { return described.metadata.entries }
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
