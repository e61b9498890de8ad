internal import StrictJSON

/// What a tokenizer makes of one token when it turns tokens into text.
///
/// llama.cpp takes the text of added tokens to be what stands in a text, so that the reference converter writes what a
/// token is decoded to, where the token is looked for in the text as it came.
struct TokenDecoding {
  private let decoder: JSONValue

  init(_ decoder: JSONValue) { self.decoder = decoder }

  /// The text of a token that stands alone; bytes that are not UTF-8 become U+FFFD.
  func text(of token: String) -> String { Self.decode(token, decoder) }

  private static func decode(_ token: String, _ decoder: JSONValue) -> String {
    switch decoder["type"]?.string {
    case "Sequence":
      return (decoder["decoders"]?.array ?? []).reduce(token) { decode($0, $1) }
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
