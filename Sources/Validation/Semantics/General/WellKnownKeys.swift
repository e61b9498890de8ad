internal import GGUF

/// The types of well-known keys: those of the GGUF document, and those that llama.cpp's loader reads
/// (`llm_kv` of llama-arch.h, with the C++ type that each is read into).
enum WellKnownKeys {
  /// What a key's value has to be.
  enum Demand {
    /// One of these, to llama.cpp and to others.
    case read([GGUFValueKind])
    /// A count: u32 to llama.cpp, u64 to the document too. With a value for each layer, an array of them.
    case count(perLayer: Bool)
    /// Text for people, which llama.cpp does not read.
    case described(GGUFValueKind)
  }

  static func demand(_ key: String, architecture: String?) -> Demand? {
    if let demand = fixed[key] { return demand }
    if key.hasPrefix("tokenizer.ggml."), key.hasSuffix("_token_id") { return .read([.single(.uint32)]) }
    guard let architecture, key.utf8.starts(with: "\(architecture).".utf8) else { return nil }
    return ofArchitecture[String(decoding: key.utf8.dropFirst(architecture.utf8.count + 1), as: UTF8.self)]
  }

  private static func table(_ rows: [(Demand, String)]) -> [String: Demand] {
    var table: [String: Demand] = [:]
    for (demand, keys) in rows {
      for key in keys.split(separator: " ") { table[String(key)] = demand }
    }
    return table
  }

  private static let text = Demand.read([.single(.string)])
  private static let float = Demand.read([.single(.float32)])
  private static let flag = Demand.read([.single(.bool)])
  private static let texts = Demand.read([.array(of: .string)])

  private static let fixed = table([
    (text, "general.architecture general.type general.name tokenizer.ggml.model tokenizer.ggml.pre"),
    (text, "tokenizer.chat_template"),
    (.count(perLayer: false), "general.file_type tokenizer.ggml.token_type_count"),
    (.read([.single(.uint32)]), "general.quantization_version"),
    (texts, "tokenizer.ggml.tokens tokenizer.ggml.merges"),
    (.read([.array(of: .float32), .array(of: .int32)]), "tokenizer.ggml.scores"),
    (.read([.array(of: .int32)]), "tokenizer.ggml.token_type tokenizer.ggml.suppress_tokens"),
    (.read([.array(of: .uint8), .array(of: .int8)]), "tokenizer.ggml.precompiled_charsmap"),
    (flag, "tokenizer.ggml.add_bos_token tokenizer.ggml.add_eos_token tokenizer.ggml.add_sep_token"),
    (flag, "tokenizer.ggml.add_space_prefix tokenizer.ggml.remove_extra_whitespaces"),
    (
      .described(.single(.string)),
      """
      general.author general.version general.organization general.basename general.finetune general.description \
      general.quantized_by general.size_label general.license general.license.name general.license.link general.url \
      general.doi general.uuid general.repo_url general.source.url general.source.doi general.source.uuid \
      general.source.repo_url tokenizer.huggingface.json tokenizer.rwkv.world
      """
    ),
    (
      .described(.array(of: .string)),
      "general.tags general.languages general.datasets tokenizer.ggml.added_tokens"
    ),
    (.described(.single(.uint32)), "general.base_model.count"),
  ])

  /// Behind the architecture's name and a dot.
  private static let ofArchitecture = table([
    (
      .count(perLayer: false),
      """
      context_length embedding_length block_count vocab_size expert_count expert_shared_count \
      expert_shared_feed_forward_length leading_dense_block_count nextn_predict_layers attention.key_length \
      attention.value_length attention.sliding_window attention.q_lora_rank attention.kv_lora_rank \
      attention.relative_buckets_count rope.dimension_count rope.scaling.original_context_length ssm.conv_kernel \
      ssm.inner_size ssm.state_size ssm.time_step_rank ssm.group_count wkv.head_size pooling_type decoder_block_count
      """
    ),
    (
      .count(perLayer: true),
      """
      feed_forward_length expert_feed_forward_length expert_used_count attention.head_count attention.head_count_kv
      """
    ),
    (
      float,
      """
      attention.layer_norm_epsilon attention.layer_norm_rms_epsilon attention.max_alibi_bias attention.clamp_kqv \
      attention.scale rope.freq_base rope.freq_base_swa rope.scale_linear rope.scaling.factor rope.scaling.attn_factor \
      logit_scale residual_scale embedding_scale expert_weights_scale attn_logit_softcapping final_logit_softcapping
      """
    ),
    (flag, "use_parallel_residual rope.scaling.finetuned attention.causal expert_weights_norm"),
    (text, "rope.scaling.type"),
    (.described(.single(.string)), "tensor_data_layout"),
  ])
}
