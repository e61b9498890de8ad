internal import GGUF

/// Where an architecture's vocabulary comes from.
enum Vocabulary {
  /// The keys of the tokenizer, in the order of the reference converter.
  static func entries(
    _ kind: VocabularyKind, _ folder: ModelFolder, _ config: ModelConfig, _ options: ModelOptions
  ) throws(ArchitectureError) -> [GGUFMetadata.Entry] {
    []
  }
}
