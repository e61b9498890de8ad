internal import StrictJSON
internal import TensorCore

/// llama.cpp's names of pre-tokenizers (`tokenizer.ggml.pre`), and how the one of a tokenizer is found.
///
/// First as llama.cpp's converter does it: the tokenizer is run over a check text, and the digest of the ids looked up
/// among those of published tokenizers. A digest that is not there says nothing of a tokenizer that somebody trained
/// anew: then its definition decides, where llama.cpp has a name for what it does.
enum PreTokenizerName {
  /// What llama.cpp reads (src/llama-vocab.cpp), and what its converter writes for WordPiece, where nothing reads it.
  static let all: [String] = [
    "a.x-4.0", "afmoe", "bailingmoe", "bailingmoe2", "bert-bge", "bert-bge-large", "bloom", "chameleon",
    "chatglm-bpe", "codeshell", "cohere2moe", "command-r", "dbrx", "deepseek-coder", "deepseek-llm",
    "deepseek-r1-qwen", "deepseek-v3", "default", "exaone", "exaone-moe", "exaone4", "f2llmv2", "falcon", "falcon-h1",
    "falcon3", "gemma4", "gigachat", "glm4", "glm5", "gpt-2", "gpt-4o", "gpt3-finnish", "granite-docling",
    "granite-embed-multi-311m", "granite-embed-multi-97m", "grok-2", "hunyuan", "hunyuan-dense", "hy_v4", "jais",
    "jais-2", "jina-de", "jina-es", "jina-v1-en", "jina-v2-code", "jina-v2-de", "jina-v2-en", "jina-v2-es",
    "jina-v5-nano", "joyai-llm", "kanana2", "kimi-k2", "kormo", "laguna", "lfm2", "llada-moe", "llama-bpe",
    "llama-v3", "llama3", "llama4", "megrez", "mellum", "mellum2", "midm-2.0", "minerva-7b", "minicpm5", "minimax-m2",
    "modern-bert", "mpt", "olmo", "phi-2", "pixtral", "poro-chat", "qwen2", "qwen35", "refact", "roberta-bpe",
    "sarvam-moe", "seed-coder", "smaug-bpe", "smollm", "solar-open", "spark2_5", "stablelm2", "starcoder", "superbpe",
    "talkie", "tekken", "tiny_aya", "trillion", "ufakzeka", "viking", "whitespace", "youtu",
  ]

  struct Recognised {
    let name: String
    /// How, where the digest was not enough.
    let note: String?
  }

  /// - Parameter className: `tokenizer_class`, for messages.
  /// - Throws: ``TokenizerError/preTokenizerUnknown(seen:hash:)``, `.preTokenizerUndefined`.
  static func recognise(
    _ definition: TokenizerDefinition, _ merges: [ResolvedMerge], className: String?
  ) throws(TokenizerError) -> Recognised {
    let steps = PreTokenizerStep.list(definition.preTokenizer)
    if steps.isEmpty && definition.file == "vocab.json" { throw .preTokenizerUndefined(tokenizerClass: className) }
    let digest = CheckText.digest(definition, merges, steps)
    if let name = digest.flatMap({ PublishedTokenizers.names[$0] }) { return Recognised(name: name, note: nil) }
    guard let name = byDefinition(definition, steps) else {
      throw .preTokenizerUnknown(
        seen: "a model of type \(definition.kind.rawValue), \(steps.isEmpty ? "no pre-tokenizer" : shown(steps))",
        hash: digest)
    }
    return Recognised(
      name: name,
      note: "the pre-tokenizer is \(name) by its definition (\(shown(steps))); "
        + (digest.map { "llama.cpp's check of it, \($0), is that of no published tokenizer" }
          ?? "llama.cpp's check of it is not made for one like this"))
  }

  private static func shown(_ steps: [PreTokenizerStep]) -> String {
    let first = steps.prefix(8).map { "\($0)" }.joined(separator: ", ")
    return steps.count > 8 ? first + ", and \(Numbers.counted(steps.count - 8, "step")) more" : first
  }

  /// The name for what a definition does; nil where llama.cpp has none that is known to do it.
  static func byDefinition(_ definition: TokenizerDefinition, _ steps: [PreTokenizerStep]) -> String? {
    switch definition.kind {
    case .wordPiece:
      // llama.cpp splits for WordPiece as BERT does, whatever the name; this is what an uncased BERT has.
      return steps == [.bert] ? "jina-v2-en" : nil
    case .bytePairs where definition.hasByteFallback:
      // A SentencePiece vocabulary: blanks become U+2581, and text is not split at them.
      let isWhole = steps.isEmpty || steps == [.split(.text(" "), .mergedWithPrevious, isInverted: false)]
      let normalizer = definition.normalizer
      let marksBlanks =
        normalizer["type"]?.string == "Replace" && normalizer["pattern"]?["String"]?.string == " "
        && normalizer["content"]?.string == "\u{2581}"
      return isWhole && marksBlanks ? "gemma4" : nil
    case .bytePairs:
      let byteLevel = PreTokenizerStep.byteLevel(addsPrefixSpace: false)
      guard steps.contains(byteLevel), steps.count(where: { if case .byteLevel = $0 { true } else { false } }) == 1
      else {
        return nil
      }
      let splitting = steps.filter { $0 != byteLevel }
      if splitting == [.gpt2] && isRoberta(definition.postProcessor) { return "roberta-bpe" }
      return definitions[splitting]
    case .unigram, .wordLevel: return nil
    }
  }

  private static func isRoberta(_ processor: JSONValue) -> Bool {
    (processor["processors"]?.array ?? [processor]).contains { $0["type"]?.string == "RobertaProcessing" }
  }

  /// Names by how text is split; where several do the same, the one for which llama.cpp changes nothing else.
  private static let definitions: [[PreTokenizerStep]: String] = {
    func isolating(_ patterns: String...) -> [PreTokenizerStep] { patterns.map { .isolating($0) } }
    let deepSeek = isolating(
      SplitPattern.lineBreak, SplitPattern.deepSeekLetters, SplitPattern.deepSeekPunctuation,
      SplitPattern.trailingSpace, SplitPattern.deepSeekCJK)
    let coder = isolating(
      SplitPattern.lineBreak, SplitPattern.coderLetters, SplitPattern.coderPunctuation, SplitPattern.deepSeekCJK)
    return [
      [.gpt2]: "gpt-2",
      [.digits(each: true), .gpt2]: "smollm",
      isolating(SplitPattern.digit) + [.gpt2]: "smollm",
      isolating(SplitPattern.llama3): "llama-bpe",
      isolating(SplitPattern.qwen2): "qwen2",
      isolating(SplitPattern.qwen35): "qwen35",
      isolating(SplitPattern.gpt4o): "gpt-4o",
      isolating(SplitPattern.tekken): "tekken",
      isolating(SplitPattern.deepSeekDigits, SplitPattern.deepSeekHan, SplitPattern.deepSeekWords): "deepseek-v3",
      deepSeek + [.digits(each: true)]: "deepseek-llm",
      deepSeek + [.digits(each: false)]: "deepseek-llm",
      coder + [.digits(each: true)]: "deepseek-coder",
      [.punctuation(.contiguous), .gpt2, .digits(each: false)] + isolating(SplitPattern.threeDigits): "falcon",
      isolating(SplitPattern.bloom): "bloom",
      isolating(SplitPattern.seedCoder): "seed-coder",
      isolating(SplitPattern.bailing): "bailingmoe",
      isolating(SplitPattern.jais2): "jais-2",
      isolating(SplitPattern.exaoneMoE): "exaone-moe",
      isolating(SplitPattern.ufakzeka): "ufakzeka",
      isolating(SplitPattern.deepSeekDigits, SplitPattern.miniCPM5): "minicpm5",
    ]
  }()
}
