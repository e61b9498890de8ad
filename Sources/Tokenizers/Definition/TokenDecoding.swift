internal import StrictJSON

/// What a tokenizer makes of one token when it turns tokens into text.
///
/// llama.cpp takes the text of added tokens to be what stands in a text, so that the reference converter writes what a
/// token is decoded to, where the token is looked for in the text as it came.
struct TokenDecoding {
  /// One after another; none is a sequence.
  private let steps: [JSONValue]

  /// - Throws: ``TokenizerError/tooManySteps(of:limit:)``.
  init(_ decoder: JSONValue) throws(TokenizerError) {
    steps = Self.flattened(decoder)
    guard steps.count <= TokenizerLimits.steps else { throw .tooManySteps(of: "decoder", limit: TokenizerLimits.steps) }
  }

  private static func flattened(_ decoder: JSONValue) -> [JSONValue] {
    decoder["type"]?.string == "Sequence" ? (decoder["decoders"]?.array ?? []).flatMap(flattened) : [decoder]
  }

  /// The text of a token that stands alone; bytes that are not UTF-8 become U+FFFD.
  ///
  /// - Throws: ``TokenizerError/decodedTooLong(token:)`` beyond four times the token's length, which no decoder of a
  ///   published tokenizer comes near: replacing could make much of little.
  func text(of token: String) throws(TokenizerError) -> String {
    let limit = 4 * token.utf8.count + 64
    var text = token
    for step in steps {
      // What is put in the place of one byte or more is not longer than what a token may become.
      if let content = step["content"]?.string, content.utf8.count > limit { throw .decodedTooLong(token: token) }
      text = Self.decode(text, step)
      if text.utf8.count > limit { throw .decodedTooLong(token: token) }
    }
    return text
  }

  private static func decode(_ token: String, _ decoder: JSONValue) -> String {
    switch decoder["type"]?.string {
    case "ByteLevel":
      guard let bytes = ByteLevel.bytes(of: token) else { return token }
      return String(decoding: bytes, as: UTF8.self)
    case "Replace":
      guard let pattern = decoder["pattern"]?["String"]?.string, let content = decoder["content"]?.string else {
        return token
      }
      return token.replacing(exactly: pattern, with: content)
    case "ByteFallback":
      return ByteLevel.fallbackByte(token).map { String(decoding: [$0], as: UTF8.self) } ?? token
    case "Strip":
      guard let content = decoder["content"]?.string?.unicodeScalars.first else { return token }
      return strip(
        token, content, first: Int(clamping: decoder["start"]?.whole ?? 0),
        last: Int(clamping: decoder["stop"]?.whole ?? 0))
    case "Metaspace":
      guard let mark = decoder["replacement"]?.string?.unicodeScalars.first else { return token }
      var scalars = Array(token.unicodeScalars)
      if scalars.first == mark, decoder["prepend_scheme"]?.string != "never" { scalars.removeFirst() }
      return String(String.UnicodeScalarView(scalars.map { $0 == mark ? " " : $0 }))
    case "WordPiece":
      return decoder["cleanup"]?.boolean ?? true ? cleaned(token) : token
    case "BPEDecoder":
      return token.replacing(exactly: decoder["suffix"]?.string ?? "</w>", with: "")
    default: return token
    }
  }

  private static func strip(_ token: String, _ content: Unicode.Scalar, first: Int, last: Int) -> String {
    var scalars = Array(token.unicodeScalars)[...]
    for _ in 0..<min(first, scalars.count) where scalars.first == content { scalars.removeFirst() }
    for _ in 0..<min(last, scalars.count) where scalars.last == content { scalars.removeLast() }
    return String(String.UnicodeScalarView(scalars))
  }

  /// Blanks in front of punctuation go, as WordPiece's decoder has it.
  private static func cleaned(_ text: String) -> String {
    [
      (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
      (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ].reduce(text) { $0.replacing(exactly: $1.0, with: $1.1) }
  }
}
