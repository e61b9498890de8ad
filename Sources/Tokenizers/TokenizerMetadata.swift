public import GGUF
internal import StrictJSON
public import TensorCore

/// The metadata of a GGUF file that is about its tokenizer, made of the files of a folder in the layout of Hugging Face.
///
/// formats/tokenizers.md has what is read, and what becomes of it.
public struct TokenizerMetadata: Sendable {
  /// In the order in which llama.cpp's converter writes them.
  public let entries: [GGUFMetadata.Entry]
  /// What was decided that somebody may want to know, a line each: tokens that were left out, how the pre-tokenizer was
  /// recognised.
  public let notes: [String]

  /// - Throws: ``SourceError``: `.file` where a file cannot be read, `.invalid` with a ``TokenizerError`` where one breaks
  ///   a rule, or none is there that the style needs.
  public init(_ files: TokenizerFiles, _ options: TokenizerOptions) throws(SourceError) {
    var writer = MetadataWriter(files, options)
    try writer.write()
    entries = writer.metadata.entries
    notes = writer.notes
  }

  /// As ``init(_:_:)``, of a folder.
  public init(folder: String, _ options: TokenizerOptions) throws(SourceError) {
    try self.init(TokenizerFiles(folder: folder), options)
  }
}
