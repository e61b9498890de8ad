internal import GGUF
internal import StrictJSON
internal import Tokenizers

/// BERT, for embeddings and for classes of texts. What only its training needs is left out.
///
/// Source: `BertModel` of the reference converter (conversion/bert.py).
enum Bert: Architecture {
  static let classNames = ["BertModel", "BertForMaskedLM", "BertForSequenceClassification"]
  static let vocabulary = VocabularyStyle.wordPiece

  static func describe(
    _ config: ModelConfig, className: String, folder: ModelFolder
  ) throws(ArchitectureError) -> ModelDescription {
    let config = config.assuming([
      ("layer_norm_eps", .number("1e-12")), ("type_vocab_size", .number("2")),
      ("max_position_embeddings", .number("512")),
    ])
    var model = try describe(config, folder: folder)
    let positions = try config.size("max_position_embeddings")
    let e = try config.size("hidden_size")
    model.tensor("embeddings.position_embeddings.weight", "position_embd.weight", [positions, e])
    model.alias = { name in plainName(name, prefix: "bert.") }
    return model
  }

  /// All but the embeddings of positions, which RoBERTa has more rows of.
  static func describe(
    _ config: ModelConfig, folder: ModelFolder
  ) throws(ArchitectureError) -> ModelDescription {
    let sizes = try TransformerSizes(config)
    let types = try config.optionalSize("type_vocab_size") ?? 1
    var model = ModelDescription("bert", layers: sizes.layers, of: config)
    try model.setCommonParameters(config, try RopeParameters(config))
    try model.setEncoderParameters(config, folder, types: types)
    let (e, layer) = (sizes.embedding, "encoder.layer.*")
    model.tensor("embeddings.word_embeddings.weight", "token_embd.weight", [sizes.vocabulary, e])
    model.tensor("embeddings.token_type_embeddings.weight", "token_types.weight", [types, e])
    model.linear("embeddings.LayerNorm", "token_embd_norm", [e], bias: .required)
    for (source, name) in [("query", "attn_q"), ("key", "attn_k"), ("value", "attn_v")] {
      model.linear("\(layer).attention.self.\(source)", "blk.*.\(name)", [e, e], bias: .required)
    }
    model.linear("\(layer).attention.output.dense", "blk.*.attn_output", [e, e], bias: .required)
    model.linear("\(layer).attention.output.LayerNorm", "blk.*.attn_output_norm", [e], bias: .required)
    model.linear("\(layer).intermediate.dense", "blk.*.ffn_up", [sizes.feedForward, e], bias: .required)
    model.linear("\(layer).output.dense", "blk.*.ffn_down", [e, sizes.feedForward], bias: .required)
    model.linear("\(layer).output.LayerNorm", "blk.*.layer_output_norm", [e], bias: .required)
    try model.addClassifier(config, embedding: e)
    model.leaveOut(
      "embeddings.position_ids", "pooler.dense.weight", "pooler.dense.bias", "cls",
      because: "not part of what embeds texts")
    return model
  }

  /// A tensor's name without what stands before it in models with a head, and with today's names of norms.
  static func plainName(_ name: String, prefix: String) -> String {
    var name = name
    if name.hasPrefix(prefix) { name.removeFirst(prefix.count) }
    if name.hasSuffix(".gamma") { name = name.dropLast("gamma".count) + "weight" }
    if name.hasSuffix(".beta") { name = name.dropLast("beta".count) + "bias" }
    return name.hasPrefix("cls.predictions") || name.hasPrefix("cls.seq_relationship") ? "cls" : name
  }
}

extension ModelDescription {
  /// The keys of a model that sees the whole text.
  mutating func setEncoderParameters(
    _ config: ModelConfig, _ folder: ModelFolder, types: Int
  ) throws(ArchitectureError) {
    set("attention.causal", .bool(false))
    try setPooling(folder, config)
    setPlain("tokenizer.ggml.token_type_count", .uint32(UInt32(clamping: types)))
  }

  /// The classes that a model tells apart, and the layers that do.
  fileprivate mutating func addClassifier(_ config: ModelConfig, embedding e: Int) throws(ArchitectureError) {
    let labels = try config.labels()
    if let labels { set("classifier.output_labels", .array(GGUFArray(labels))) }
    linear("classifier.dense", "cls", [e, e], .optional)
    if let labels {
      linear("classifier.out_proj", "cls.output", [labels.count, e], .optional)
      linear("classifier", "cls.output", [labels.count, e], .optional)
    } else {
      // Two classes without names.
      linear("classifier.out_proj", "cls.output", [2, e], .optional)
      linear("classifier", "cls", [2, e], .optional)
    }
  }
}

extension ModelConfig {
  /// The names of classes by number, from `id2label`; nil where there are none, or the two that transformers makes up.
  fileprivate func labels() throws(ArchitectureError) -> [String]? {
    guard let (key, value) = first(["id2label"]) else { return nil }
    let refusal = ArchitectureError.wrongValue(
      key: key, found: value.summary, expected: "an object from numbers to names")
    guard let object = value.object else { throw refusal }
    var labels: [(number: Int, label: String)] = []
    for key in object.keys {
      guard let number = Int(key), let label = object[key]?.string else { throw refusal }
      labels.append((number, label))
    }
    labels.sort { $0.number < $1.number }
    if labels.isEmpty || labels.count == 2 && labels[0].number == 0 && labels[0].label == "LABEL_0" { return nil }
    return labels.map(\.label)
  }
}
