extension Architecture {
  private static let frequencies: Set<String> = ["rope_freqs.weight"]
  private static let factors: Set<String> = ["rope_factors_long.weight", "rope_factors_short.weight"]
  private static let dense: Set<String> = ["dense_2.weight", "dense_3.weight"]

  /// Kinds of tensors of an architecture that llama.cpp's loader reads where they are there, beside those whose shapes are
  /// described (models/*.cpp, `load_arch_tensors`, as of llama-cpp-python 0.3.36).
  static let furtherKinds: [String: Set<String>] = [
    "bert": ["token_types.weight", "cls.weight", "cls.bias", "cls.output.weight", "cls.output.bias"],
    "deepseek2": [
      "blk.*.nextn.eh_proj.weight", "blk.*.nextn.embed_tokens.weight", "blk.*.nextn.enorm.weight",
      "blk.*.nextn.hnorm.weight", "blk.*.nextn.shared_head_head.weight", "blk.*.nextn.shared_head_norm.weight",
    ],
    "exaone": frequencies,
    "gemma-embedding": dense,
    "gemma3": dense,
    "granite": frequencies.union(factors),
    "granitemoe": frequencies.union(factors),
    "llama": frequencies.union(factors),
    "llama4": frequencies,
    "mistral3": frequencies.union(factors),
    "mpt": [
      "position_embd.weight", "blk.*.attn_q_norm.weight", "blk.*.attn_q_norm.bias", "blk.*.attn_k_norm.weight",
      "blk.*.attn_k_norm.bias", "blk.*.ffn.act.scales",
    ],
    "nomic-bert": ["token_types.weight"],
    "phi3": factors,
    "qwen3": ["cls.output.weight"],
    "rwkv6": [
      "blk.*.time_mix_lerp_w.weight", "blk.*.time_mix_lerp_k.weight", "blk.*.time_mix_lerp_v.weight",
      "blk.*.time_mix_lerp_r.weight", "blk.*.time_mix_lerp_g.weight",
    ],
  ]
}
