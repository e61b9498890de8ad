internal import StrictJSON
internal import Tokenizers

/// RoBERTa: BERT whose positions are counted from behind the number of the padding token; the rows before are left out.
///
/// Source: `RobertaModel` of the reference converter (conversion/bert.py).
enum Roberta: Architecture {
  static let classNames = ["RobertaModel", "RobertaForSequenceClassification"]
  static let vocabulary = VocabularyStyle.roberta

  static func describe(
    _ config: ModelConfig, className: String, folder: ModelFolder
  ) throws(ArchitectureError) -> ModelDescription {
    let config = config.assuming([
      ("layer_norm_eps", .number("1e-12")), ("type_vocab_size", .number("2")),
      ("max_position_embeddings", .number("512")), ("pad_token_id", .number("1")),
    ])
    let rows = try config.size("max_position_embeddings")
    let unused = try config.optionalSize(["pad_token_id"], from: 0).map { $0 + 1 } ?? 0
    guard unused < rows else {
      throw .wrongValue(key: "pad_token_id", found: "\(unused - 1)", expected: "less than the \(rows) positions")
    }
    var model = try Bert.describe(config, folder: folder)
    model.set("context_length", size: rows - unused)
    let e = try config.size("hidden_size")
    model.tensor("embeddings.position_embeddings.weight", "position_embd.weight", [rows, e]) {
      (view) throws(ArchitectureError) in try view.rows(unused..<rows)
    }
    model.alias = { name in Bert.plainName(name, prefix: "roberta.") }
    return model
  }
}
