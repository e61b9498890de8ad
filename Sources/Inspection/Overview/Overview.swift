internal import GGUF
public import TensorCore

/// A checkpoint at a glance, from its headers alone.
public struct Overview: Sendable {
  /// As the user called it.
  public let name: String
  public let format: String
  public let model: ModelFacts
  /// nil where nothing is said of one.
  public let tokenizer: TokenizerFacts?
  public let types: TypeMix
  public let files: [SourceFile]

  /// Bytes of all files, unpacked.
  public var contentBytes: Int { files.lazy.map(\.contentSize).clampedSum }

  /// - Parameters:
  ///   - source: Nothing of its tensors is read. Beside a local safetensors file config.json is looked for.
  ///   - name: What the user called it.
  public init(_ source: any TensorSource, name: String) {
    self.name = name
    format = source.formatName
    files = source.files
    types = TypeMix(source.tensors.map { ($0.elementType, $0.shape.elementCount, $0.byteCount) })
    if let gguf = source as? any GGUFSource {
      model = ModelFacts(gguf.metadata)
      tokenizer = TokenizerFacts(gguf.metadata)
    } else if source.formatName == "safetensors", let file = source.files.first, !file.isRemote,
      let folder = HuggingFaceFolder(beside: file.path)
    {
      model = folder.model
      tokenizer = folder.tokenizer
    } else {
      model = ModelFacts()
      tokenizer = nil
    }
  }
}
