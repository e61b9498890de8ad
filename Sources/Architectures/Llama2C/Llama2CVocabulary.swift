internal import FileAccess
internal import GGUF
internal import TensorCore

/// tokenizer.bin of llama2.c: for each token its score, its length and its bytes (`export` of tokenizer.py there).
struct Llama2CVocabulary {
  /// A vocabulary of 100,000 tokens has some megabytes.
  static let largestFile = 64 << 20

  let entries: [GGUFMetadata.Entry]

  init(_ bytes: [UInt8], count: Int) throws(Llama2CError) {
    var (tokens, scores, types): ([String], [Float], [Int32]) = ([], [], [])
    let span = bytes.span
    // The length of the longest token stands before the first.
    var position = 4
    for token in 0..<count {
      guard span.count - position >= 8 else { throw .vocabularyEndsEarly(token: token, of: count) }
      let score = Float(bitPattern: span.load(UInt32.self, at: position))
      let length = Int(span.load(UInt32.self, at: position + 4))
      position += 8
      guard length <= span.count - position else { throw .vocabularyEndsEarly(token: token, of: count) }
      guard score.isFinite else { throw .vocabularyScore(token: token) }
      guard let text = String(validating: bytes[position..<(position + length)], as: UTF8.self) else {
        throw .vocabularyNotUTF8(token: token)
      }
      position += length
      let (name, type) = Self.token(token, text)
      tokens.append(name)
      scores.append(score)
      types.append(type)
    }
    if position < span.count { throw .vocabularyTooLong(extra: span.count - position) }
    entries = [
      .init(key: "tokenizer.ggml.model", value: .string("llama")),
      .init(key: "tokenizer.ggml.pre", value: .string("default")),
      .init(key: "tokenizer.ggml.tokens", value: .array(GGUFArray(tokens))),
      .init(key: "tokenizer.ggml.scores", value: .array(GGUFArray(scores))),
      .init(key: "tokenizer.ggml.token_type", value: .array(GGUFArray(types))),
      .init(key: "tokenizer.ggml.unknown_token_id", value: .uint32(0)),
      .init(key: "tokenizer.ggml.bos_token_id", value: .uint32(1)),
      .init(key: "tokenizer.ggml.eos_token_id", value: .uint32(2)),
    ]
  }

  /// A token's text and llama.cpp's type of it: 1 normal, 2 unknown, 3 control, 6 a byte.
  private static func token(_ id: Int, _ text: String) -> (String, Int32) {
    switch id {
    case 0: return ("<unk>", 2)
    case 1: return ("<s>", 3)
    case 2: return ("</s>", 3)
    default: break
    }
    if text.isEmpty { return (text, 3) }
    let bytes = Array(text.utf8)
    let digits = bytes.dropFirst(3).dropLast()
    if bytes.count == 6, bytes.starts(with: "<0x".utf8), bytes.last == UInt8(ascii: ">"),
      digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit })
    {
      return (text, 6)
    }
    // llama2.c writes blanks where SentencePiece has its mark of one.
    return (text.replacing(" ", with: "\u{2581}"), 1)
  }
}
