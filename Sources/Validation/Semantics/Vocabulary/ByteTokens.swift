internal import GGUF
internal import TensorCore

enum ByteTokenMalformed: ModelRule {
  static let rule = Rule(
    "GGUF-V018", "byte-token-malformed", .llamaCpp(.error, spec: .warning),
    demand: "A token of type byte is spelled <0x0A>, with its byte in two hexadecimal digits.",
    reason:
      "llama.cpp takes the digits from that place: it refuses a token that is shorter, and reads another byte else.",
    remedy: Remedies.convertAgain)

  /// The value of a token's type in `tokenizer.ggml.token_type`.
  private static let byteType = 6

  static let isThorough = true

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard let tokens = model.tokens, let types = model.tokenizerArray("token_type") else { return }
    // Most vocabularies have 256 of them, or none.
    var wanted: [Int] = []
    for (token, type) in types.enumerated() where type.integer == byteType { wanted.append(token) }
    guard !wanted.isEmpty else { return }
    let span = tokens.bytes.span
    var (index, next, count) = (0, 0, 0)
    var first: (token: Int, text: String)?
    tokens.forEachString { range in
      if next < wanted.count, wanted[next] == index {
        next += 1
        if !isSpelledAsByte(span.extracting(range)) {
          count += 1
          if first == nil { first = (index, String(decoding: tokens.bytes[range], as: UTF8.self)) }
        }
      }
      index += 1
    }
    guard let first else { return }
    findings.add(
      rule, at: .init(key: "tokenizer.ggml.tokens"),
      "\(Numbers.counted(count, "token")) of type byte not spelled <0x00> to <0xFF>, the first is \(first.token), "
        + first.text.quoted(limit: 64))
  }

  private static func isSpelledAsByte(_ text: Span<UInt8>) -> Bool {
    let pattern = Array("<0x".utf8)
    guard text.count == 6, text[5] == UInt8(ascii: ">") else { return false }
    for index in 0..<3 where text[index] != pattern[index] { return false }
    return (3..<5).allSatisfy { Character(Unicode.Scalar(text[$0])).isHexDigit && text[$0] < 0x80 }
  }
}
