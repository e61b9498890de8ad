internal import GGUF
internal import TensorCore

/// What llama.cpp knows of tokenizers (llama-vocab.cpp, as of llama-cpp-python 0.3.36).
enum Tokenizers {
  /// Values of `tokenizer.ggml.model`.
  static let models: Set<String> = withMerges.union([
    "no_vocab", "none", "llama", "bert", "t5", "rwkv", "test", "plamo2",
  ])
  /// Those that merge pairs of tokens and cut text up first.
  static let withMerges: Set<String> = ["gpt2", "gemma4", "hybriddna", "whitespace"]
  /// Those that bring no vocabulary.
  static let none: Set<String> = ["no_vocab", "none"]

  /// Values of `tokenizer.ggml.pre`.
  static let cuts: Set<String> = Set(
    """
    default minicpm5 llama3 llama-v3 llama-bpe falcon3 falcon-h1 pixtral midm-2.0 lfm2 jina-v5-nano deepseek-llm \
    deepseek-coder deepseek-v3 spark2_5 youtu falcon mpt starcoder gpt-2 phi-2 jina-es jina-de gigachat jina-v2-es \
    jina-v2-de a.x-4.0 mellum modern-bert jais-2 gemma4 granite-embed-multi-311m sarvam-moe jina-v1-en jina-v2-code \
    roberta-bpe whitespace refact command-r qwen2 deepseek-r1-qwen kormo f2llmv2 qwen35 stablelm2 olmo dbrx smaug-bpe \
    poro-chat chatglm-bpe glm4 glm5 viking jais tekken smollm codeshell bloom gpt3-finnish exaone exaone4 exaone-moe \
    chameleon minerva-7b megrez gpt-4o llama4 kanana2 talkie granite-embed-multi-97m tiny_aya cohere2moe superbpe \
    trillion granite-docling bailingmoe bailingmoe2 llada-moe seed-coder hunyuan hunyuan-dense hy_v4 joyai-llm kimi-k2 \
    ufakzeka grok-2 afmoe laguna minimax-m2 solar-open mellum2
    """.split(separator: " ").map(String.init))
}

enum TokenizerMissing: ModelRule {
  static let rule = Rule(
    "GGUF-V003", "tokenizer-missing", .llamaCpp(.error, spec: .warning),
    demand: "A model with an embedding of tokens has a tokenizer.",
    reason: "No program can make tokens of text without; llama.cpp refuses the model.",
    remedy: "Convert the original model again, with its tokenizer files beside it.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard model.isRunnable, model.isWhole, model.tensor("token_embd.weight") != nil else { return }
    if model.metadata["tokenizer.ggml.model"] == nil {
      findings.add(rule, at: .init(key: "tokenizer.ggml.model"), "is not there")
    } else if model.metadata["tokenizer.ggml.tokens"] == nil, let name = model.tokenizerModel,
      !Tokenizers.none.contains(name)
    {
      findings.add(
        rule, at: .init(key: "tokenizer.ggml.tokens"),
        "is not there, and the tokenizer is \(name.quoted(limit: 64))")
    }
  }
}

enum TokenizerUnknown: ModelRule {
  static let rule = Rule(
    "GGUF-V004", "tokenizer-unknown", .llamaCpp(.error, spec: .note),
    demand: "tokenizer.ggml.model is a tokenizer that llama.cpp knows.",
    reason: "llama.cpp refuses the model.",
    remedy: Remedies.convertAgain)

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard model.isModel, let name = model.tokenizerModel, !Tokenizers.models.contains(name) else { return }
    findings.add(
      rule, at: .init(key: "tokenizer.ggml.model"),
      "tokenizer.ggml.model is \(name.quoted(limit: 64)), which llama.cpp does not know")
  }
}

enum PreTokenizerUnknown: ModelRule {
  static let rule = Rule(
    "GGUF-V005", "pre-tokenizer-unknown", .llamaCpp(.error),
    demand: "tokenizer.ggml.pre is a way of cutting text up that llama.cpp knows.",
    reason: "llama.cpp refuses the model.",
    remedy: "Convert the original model again with a newer converter, or use a newer llama.cpp.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    // gemma4 has its own whatever the key says; other tokenizers do not look at the key.
    guard model.isModel, let tokenizer = model.tokenizerModel, Tokenizers.withMerges.contains(tokenizer),
      tokenizer != "gemma4", let name = model.metadata.string("tokenizer.ggml.pre"), !name.isEmpty,
      !Tokenizers.cuts.contains(name)
    else { return }
    findings.add(
      rule, at: .init(key: "tokenizer.ggml.pre"),
      "tokenizer.ggml.pre is \(name.quoted(limit: 64)), which llama.cpp does not know")
  }
}

enum PreTokenizerMissing: ModelRule {
  static let rule = Rule(
    "GGUF-V006", "pre-tokenizer-missing", .llamaCpp(.warning, spec: .note),
    demand: "A tokenizer that merges says in tokenizer.ggml.pre how text is cut up first.",
    reason: "llama.cpp cuts text up in a way that the model was not trained with: it writes worse text.",
    remedy: "Convert the original model again with a newer converter, or set the value with `gguf set`.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard model.isModel, model.isWhole, let tokenizer = model.tokenizerModel,
      Tokenizers.withMerges.contains(tokenizer), tokenizer != "gemma4",
      model.metadata["tokenizer.ggml.pre"] == nil
        || model.metadata.string("tokenizer.ggml.pre") == ""
    else { return }
    findings.add(
      rule, at: .init(key: "tokenizer.ggml.pre"),
      "no tokenizer.ggml.pre, and the tokenizer is \(tokenizer.quoted(limit: 64))")
  }
}
