internal import GGUF
internal import StrictJSON
internal import TensorCore
internal import Tokenizers

/// The keys of a model's tokenizer.
struct Vocabulary {
  let entries: [GGUFMetadata.Entry]
  let notes: [String]

  /// - Throws: ``SourceError``: that of the file which breaks a rule, or of the folder where one is missing.
  init(
    _ style: VocabularyStyle, _ folder: ModelFolder, _ config: ModelConfig, preTokenizer: String?
  ) throws(SourceError) {
    // Sizes were checked when the model was described.
    let options = TokenizerOptions(
      style: style, vocabularySize: config.values["vocab_size"]?.integer, preTokenizer: preTokenizer)
    let metadata = try TokenizerMetadata(folder: folder.path, options)
    (entries, notes) = (metadata.entries, metadata.notes)
  }
}
