#if FUZZ_PACKAGE
  @testable import GGUF
  @testable import TensorCore
  @testable import Tokenizers
#else
  import GGUF
  import TensorCore
  import Tokenizers
#endif

/// What holds of every tokenizer, whatever its files are.
public enum TokenizerCheck {
  /// A tokenizer that is whole, for what stands beside it.
  private static let definition = Array(
    #"""
    {"added_tokens": [{"id": 0, "content": "<s>", "special": true}], "model": {"type": "BPE", "vocab":
     {"<s>": 0, "a": 1, "b": 2, "ab": 3}, "merges": ["a b"]},
     "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false}}
    """#.utf8)

  /// - Returns: What does not hold of a SentencePiece model; empty as it should be.
  public static func broken(sentencePiece bytes: [UInt8]) -> [String] {
    var broken = Broken()
    check(["tokenizer.model": bytes], .sentencePiece, &broken)
    check(["sentencepiece.bpe.model": bytes], .unigram, &broken)
    return broken.list
  }

  /// - Returns: What does not hold of JSON as the definition of a tokenizer, and as what stands beside one.
  public static func broken(json bytes: [UInt8]) -> [String] {
    var broken = Broken()
    for style in [VocabularyStyle.gpt2, .llama, .wordPiece, .unigram] {
      check(["tokenizer.json": bytes], style, &broken)
    }
    check(["tokenizer.json": definition, "tokenizer_config.json": bytes], .gpt2, &broken)
    check(["tokenizer.json": definition, "config.json": bytes], .gpt2, &broken)
    check(["vocab.json": bytes, "merges.txt": bytes], .gpt2, &broken)
    check(["vocab.txt": bytes], .wordPiece, &broken)
    return broken.list
  }

  private static func check(_ contents: [String: [UInt8]], _ style: VocabularyStyle, _ broken: inout Broken) {
    let files = TokenizerFiles(contents)
    let options = TokenizerOptions(style: style)
    do {
      let entries = try TokenizerMetadata(files, options).entries
      broken.require(try TokenizerMetadata(files, options).entries == entries, "read twice, another tokenizer")
      func count(_ key: String) -> Int? {
        guard case .array(let array)? = entries.first(where: { $0.key == "tokenizer.ggml." + key })?.value else {
          return nil
        }
        return array.count
      }
      broken.require(count("tokens") ?? 0 > 0, "a tokenizer without tokens")
      broken.require(count("tokens") == count("token_type"), "not a type for each token")
      if let scores = count("scores") { broken.require(scores == count("tokens"), "not a score for each token") }
      broken.require(Set(entries.map { ExactString($0.key) }).count == entries.count, "a key twice")
    } catch {
      let text = if case SourceError.invalid(_, let violation)? = error as? SourceError { "\(violation)" } else { "" }
      broken.require(isAnswer(error) && !text.isEmpty && !text.contains("\n"), "the message \(text) of \(error)")
    }
  }
}
