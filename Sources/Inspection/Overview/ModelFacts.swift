public import GGUF

/// What a checkpoint's metadata says of the model; nil where it says nothing, or something else than a number or text.
public struct ModelFacts: Encodable, Sendable, Equatable {
  /// A model's name for people.
  public var name: String?
  /// What runs it: `llama`, `gemma3`; of a Hugging Face folder the class, `LlamaForCausalLM`.
  public var architecture: String?
  /// Its size for people: `270M`.
  public var sizeLabel: String?
  public var license: String?
  /// Tokens that it sees at a time.
  public var contextLength: Int?
  /// Weights of a token's embedding.
  public var embeddingLength: Int?
  public var layers: Int?
  /// Attention heads of a layer; nil also where layers differ.
  public var heads: Int?
  /// Heads for keys and values, where there are fewer of them.
  public var keyValueHeads: Int?
  public var feedForwardLength: Int?
  /// Experts of a layer, and how many of them a token uses.
  public var experts: Int?
  public var expertsUsed: Int?
  /// What llama-quantize calls the mix of types: `Q4_K_M`.
  public var fileType: String?
  public var quantizationVersion: Int?

  public init() {}

  /// Of the keys that the GGUF document and llama.cpp define.
  public init(_ metadata: GGUFMetadata) {
    architecture = metadata.string("general.architecture")
    name = metadata.string("general.name")
    sizeLabel = metadata.string("general.size_label")
    license = metadata.string("general.license")
    quantizationVersion = metadata["general.quantization_version"]?.integer
    fileType = metadata["general.file_type"]?.integer.map(FileTypeName.name)
    guard let architecture else { return }
    func integer(_ key: String) -> Int? { metadata["\(architecture).\(key)"]?.integer }
    contextLength = integer("context_length")
    embeddingLength = integer("embedding_length")
    layers = integer("block_count")
    heads = integer("attention.head_count")
    keyValueHeads = integer("attention.head_count_kv")
    feedForwardLength = integer("feed_forward_length")
    experts = integer("expert_count")
    expertsUsed = integer("expert_used_count")
  }
}
