internal import TensorCore

/// The first tokens of a vocabulary. Spaces in them are seen by the background that tokens have.
struct TokenTable {
  /// Scalars of a token that are shown.
  private static let textLimit = 100

  private let vocabulary: PageVocabulary?

  init(_ vocabulary: PageVocabulary?) { self.vocabulary = vocabulary }

  var markup: Markup {
    guard let vocabulary else { return "<p>There is no vocabulary in this checkpoint.</p>" }
    let tokens = vocabulary.tokens
    if tokens.isEmpty { return "<p>The vocabulary has no tokens.</p>" }
    let (hasScores, hasTypes) = (tokens.contains { $0.score != nil }, tokens.contains { $0.type != nil })
    let remark =
      tokens.count == vocabulary.count
      ? "All \(Numbers.counted(tokens.count, "token"))."
      : "The first \(Numbers.grouped(tokens.count)) of \(Numbers.counted(vocabulary.count, "token"))."
    let rows = tokens.enumerated().map { index, token -> Markup in
      let text: Markup =
        token.text.isEmpty
        ? "<span class=\"muted\">empty</span>"
        : "<bdi class=\"name token\">\(ReportText.printable(token.text, limit: Self.textLimit))</bdi>"
      let score: Markup = hasScores ? "<td>\(token.score.map(Self.text) ?? "–")</td>" : ""
      let type: Markup = hasTypes ? "<td class=\"text\">\(token.type ?? "–")</td>" : ""
      return "<tr><th scope=\"row\">\(String(index))</th><td class=\"text\">\(text)</td>\(score)\(type)</tr>\n"
    }
    let scoreHead: Markup = hasScores ? "<th scope=\"col\">Score</th>" : ""
    let typeHead: Markup = hasTypes ? "<th scope=\"col\" class=\"text\">Type</th>" : ""
    return """
      <p class="muted">\(remark)</p>
      <div class="scroll tall" tabindex="0" role="region" aria-labelledby="tokens">
      <table class="tokens">
      <thead><tr><th scope="col">Id</th><th scope="col" class="text">Text</th>\(scoreHead)\(typeHead)</tr></thead>
      <tbody>
      \(rows.joined())</tbody>
      </table>
      </div>
      """
  }

  /// Scores that are numbers of tokens are written whole.
  private static func text(_ score: Double) -> String {
    guard score == score.rounded(), abs(score) < 1e9 else { return ReportText.figure(score) }
    return Numbers.grouped(Int(score))
  }
}
