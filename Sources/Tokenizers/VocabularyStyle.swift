/// How an architecture's vocabulary is written: what the `set_vocab` of its class in llama.cpp's converter does.
///
/// formats/tokenizers.md has what each writes, and from which files.
public enum VocabularyStyle: Sendable, Hashable, CaseIterable {
  /// Byte-level BPE (`_set_vocab_gpt2`): tokens, types and merges, no scores. From tokenizer.json, or vocab.json and
  /// merges.txt.
  case gpt2
  /// SentencePiece (`_set_vocab_sentencepiece`): tokens, scores and types. From tokenizer.model, which must be there.
  case sentencePiece
  /// ``sentencePiece`` where there is a tokenizer.model, else ``gpt2``: Qwen2, Qwen3.
  case sentencePieceOrGPT2
  /// A SentencePiece vocabulary that tokenizer.json holds as BPE with byte fallback (`_set_vocab_llama_hf`): its scores
  /// are lost, all are -1000.
  case llamaHF
  /// Whichever of ``sentencePiece``, ``llamaHF`` and ``gpt2`` the files are, in this order; with `add_space_prefix` of
  /// tokenizer_config.json, and what is said of CodeLlama and Granite by the size of the vocabulary.
  case llama
  /// ``sentencePiece`` with an `eot` token at 107, and no blank in front of a text.
  case gemma
  /// ``sentencePiece`` with no blank in front of a text.
  case gemma2
  /// ``gemma2`` where there is a tokenizer.model, else ``gpt2``.
  case gemma3
  /// ``gpt2`` where tokenizer_config.json names GPT2Tokenizer (Phi 4), else SentencePiece, whose added tokens stand in
  /// tokenizer.json too.
  case phi3
  /// WordPiece, whose words begin with U+2581 and whose continuations lose their `##` (BERT). From tokenizer.json, or
  /// vocab.txt.
  case wordPiece
  /// ``gpt2`` where there is a tokenizer.json, else ``wordPiece`` of whatever the tokenizer is.
  case roberta
  /// A Unigram vocabulary with its scores and its table of normalization (XLM-RoBERTa): from sentencepiece.bpe.model, or
  /// tokenizer.json.
  case unigram
  /// ``unigram`` or ``wordPiece``, whichever the model of tokenizer.json is.
  case nomicBert
}
