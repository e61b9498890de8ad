internal import GGUF
internal import Safetensors
package import TensorCore

extension ValidatedModel {
  /// A checkpoint that could be opened: nothing in its headers is left undescribed, and no file is missing. nil for a
  /// format that has no rules.
  package init?(_ source: any TensorSource) {
    if let gguf = source as? any GGUFSource {
      self.init(
        format: .gguf, files: gguf.files, metadata: gguf.metadata, tensors: gguf.tensors, isWhole: true,
        headerBytes: gguf.parts.lazy.map(\.dataStart).clampedSum)
      return
    }
    let shards: [SafetensorsFile]
    if let file = source as? SafetensorsFile {
      shards = [file]
    } else if let sharded = source as? ShardedSafetensors {
      shards = sharded.shards
    } else {
      return nil
    }
    self.init(
      format: .safetensors, files: source.files, metadata: GGUFMetadata(firstOf: shards.flatMap(\.metadata)),
      tensors: source.tensors, isWhole: true, headerBytes: shards.lazy.map(\.dataStart).clampedSum)
  }
}

extension GGUFMetadata {
  /// Pairs of strings as metadata: of a key that is there several times, the first.
  init(firstOf pairs: [(key: String, value: String)]) {
    self.init()
    for pair in pairs where self[pair.key] == nil { self[pair.key] = .string(pair.value) }
  }
}
