/// The sizes that nearly every transformer has.
struct TransformerSizes: Sendable {
  let layers: Int
  let embedding: Int
  let feedForward: Int
  let heads: Int
  /// As many as heads, but for attention in groups.
  let keyValueHeads: Int
  let headDimension: Int
  let vocabulary: Int

  /// Rows of the matrices that make queries, and of those that make keys and of those that make values. Each is a product
  /// of two sizes.
  var queries: Int { heads * headDimension }
  var keys: Int { keyValueHeads * headDimension }

  /// Sizes under the names that most classes of transformers give them.
  init(_ config: ModelConfig) throws(ArchitectureError) {
    layers = try config.size("num_hidden_layers", "n_layers", "n_layer", "num_layers")
    embedding = try config.size("hidden_size", "n_embd")
    feedForward = try config.size("intermediate_size", "n_inner")
    heads = try config.size("num_attention_heads", "n_head")
    keyValueHeads = try config.optionalSize("num_key_value_heads") ?? heads
    vocabulary = try config.size("vocab_size")
    headDimension = try config.headDimension(embedding: embedding, heads: heads)
    guard heads.isMultiple(of: keyValueHeads) else {
      throw .wrongValue(
        key: "num_key_value_heads", found: "\(keyValueHeads)", expected: "a divisor of the \(heads) heads")
    }
  }
}

extension ModelConfig {
  /// `head_dim`, or what is left of the embedding for each head.
  func headDimension(embedding: Int, heads: Int) throws(ArchitectureError) -> Int {
    if let dimension = try optionalSize("head_dim") { return dimension }
    guard embedding.isMultiple(of: heads) else {
      throw .wrongValue(
        key: "num_attention_heads", found: "\(heads)", expected: "a divisor of the embedding's \(embedding)")
    }
    return embedding / heads
  }

  /// Whether the output has the embedding's weights: there may be no matrix of its own then.
  func hasTiedEmbeddings(default value: Bool) throws(ArchitectureError) -> Bool {
    try flag("tie_word_embeddings", default: value)
  }
}
