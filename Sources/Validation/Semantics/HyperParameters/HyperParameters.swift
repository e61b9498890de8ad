internal import GGUF

/// The numbers that say how large a model's layers are, as llama.cpp takes them: of an array with a number for each
/// layer, shapes have the first. Whatever a file says is checked before it is multiplied.
struct HyperParameters {
  let model: ValidatedModel

  /// The value of `ARCHITECTURE.name`, of an array the first; nil where it is not there, no integer, or negative.
  func value(_ name: String) -> Int? {
    let found: Int?
    switch model.hyperParameter(name) {
    case .array(let array)?: found = array.first { _ in true }?.integer
    case let value: found = value?.integer
    }
    return found.flatMap { $0 >= 0 ? $0 : nil }
  }

  /// The values of every layer: of a single number this number; nil where there are none, or one of them is no integer.
  func perLayer(_ name: String, layers: Int) -> [Int]? {
    switch model.hyperParameter(name) {
    case .array(let array)?:
      let values = array.prefix(layers).map(\.integer)
      return values.contains(nil) ? nil : values.compactMap { $0 }
    case let value: return value?.integer.map { Array(repeating: $0, count: layers) }
    }
  }

  func key(_ name: String) -> String { "\(model.architecture ?? "").\(name)" }

  /// The most layers that llama.cpp has room for (`LLAMA_MAX_LAYERS`).
  static let mostLayers = 512

  /// Layers of the model: `block_count`, where it is a number of layers that a model can have.
  var layers: Int? { value("block_count").flatMap { (1...Self.mostLayers).contains($0) ? $0 : nil } }

  /// Layers without those that predict further tokens, which a file may leave out.
  var trunkLayers: Int? {
    guard let layers else { return nil }
    let further = value("nextn_predict_layers") ?? 0
    return further < layers ? layers - further : layers
  }

  var heads: Int? { value("attention.head_count") }
  var keyValueHeads: Int? { value("attention.head_count_kv") ?? heads }

  /// Weights of a head: `attention.key_length`, or the embedding's share.
  var keyLength: Int? { headLength("attention.key_length") }
  var valueLength: Int? { headLength("attention.value_length") }

  private func headLength(_ name: String) -> Int? {
    if let length = value(name) { return length }
    guard let embedding = value("embedding_length"), let heads, heads > 0 else { return nil }
    return embedding / heads
  }

  /// How many tokens there are: those of the vocabulary, or `vocab_size` where the file has none.
  var vocabulary: Int? {
    if case .array(let tokens)? = model.metadata["tokenizer.ggml.tokens"] { return tokens.count }
    return value("vocab_size")
  }
}

extension ValidatedModel {
  var hyperParameters: HyperParameters { HyperParameters(model: self) }
}
