internal import TensorCore

/// Rows of the embedding and of the output matrix, one a token.
enum EmbeddingRows {
  /// Draft models, decoders of sound: their matrices are of other things than the vocabulary's tokens.
  private static let others: Set<String> = [
    "eagle3", "dflash", "gemma4-assistant", "wavtokenizer-dec", "pockettts", "qwen3tts",
  ]

  static func mismatches(_ model: ValidatedModel) -> [(tensor: TensorDescription, rows: Int, tokens: Int)] {
    guard model.isModel, let architecture = model.architecture, !others.contains(architecture),
      let tokens = model.hyperParameters.vocabulary
    else { return [] }
    return ["token_embd.weight", "output.weight"].compactMap(model.tensor)
      .map { (tensor: $0, rows: $0.shape.rowCount, tokens: tokens) }.filter { $0.rows != tokens }
  }
}

enum EmbeddingRowsMissing: ModelRule {
  static let rule = Rule(
    "GGUF-V001", "embedding-rows-missing", .everywhere(.error),
    demand: "The embedding and the output matrix have a row for each token of the vocabulary.",
    reason: "For a token without a row, programs read behind the matrix; llama.cpp refuses the model.",
    remedy: Remedies.convertAgain)

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    for (tensor, rows, tokens) in EmbeddingRows.mismatches(model) where rows < tokens {
      findings.add(
        rule, at: .init(file: tensor.file, tensor: tensor.name),
        "\(Numbers.counted(rows, "row")) for \(Numbers.counted(tokens, "token"))")
    }
  }
}

enum EmbeddingRowsPadded: ModelRule {
  static let rule = Rule(
    "GGUF-V002", "embedding-rows-padded", .llamaCpp(.error, spec: .note),
    demand: "The embedding and the output matrix have no more rows than the vocabulary has tokens.",
    reason: "Rows beyond the tokens are padding. llama.cpp refuses the model: its converter pads the vocabulary too.",
    remedy: "Convert the model again with a converter that adds a token for each row of padding.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    for (tensor, rows, tokens) in EmbeddingRows.mismatches(model) where rows > tokens {
      findings.add(
        rule, at: .init(file: tensor.file, tensor: tensor.name),
        "\(Numbers.counted(rows, "row")) for \(Numbers.counted(tokens, "token")): the rest is padding")
    }
  }
}
