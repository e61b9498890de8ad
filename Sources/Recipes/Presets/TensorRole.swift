internal import TensorCore

/// What a tensor of a model is for, as far as presets ask, by its name in GGUF.
///
/// The names are looked for anywhere, in this order: `blk.3.ffn_down_exps.weight` is an `ffn_down`.
/// Source: `tensor_get_category` of llama.cpp's llama-quant.cpp.
public enum TensorRole: String, Sendable, Hashable, CaseIterable {
  case output
  case tokenEmbedding = "token_embd"
  case attentionQKV = "attn_qkv"
  case attentionKVB = "attn_kv_b"
  case attentionV = "attn_v"
  case attentionK = "attn_k"
  case attentionQ = "attn_q"
  case attentionOutput = "attn_output"
  case ffnUp = "ffn_up"
  case ffnGate = "ffn_gate"
  case ffnDown = "ffn_down"
  case other

  public init(of name: String) {
    switch name {
    case "output.weight":
      self = .output
      return
    case "token_embd.weight", "per_layer_token_embd.weight":
      self = .tokenEmbedding
      return
    default: break
    }
    let attention: [TensorRole] = [
      .attentionQKV, .attentionKVB, .attentionV, .attentionK, .attentionQ, .attentionOutput,
    ]
    let feedForward: [TensorRole] = [.ffnUp, .ffnGate, .ffnDown]
    self =
      attention.first { name.utf8.holds("\($0.rawValue).weight") }
      ?? feedForward.first { name.utf8.holds($0.rawValue) } ?? .other
  }

  /// Whether it counts as values of attention, which lose most.
  var isLikeAttentionV: Bool { self == .attentionV || self == .attentionQKV || self == .attentionKVB }
}

extension String.UTF8View {
  /// Whether the bytes of a text are found anywhere in these.
  func holds(_ text: String) -> Bool {
    let part = text.utf8
    guard let first = part.first else { return true }
    var rest = self[...]
    while rest.count >= part.count, let start = rest.firstIndex(of: first) {
      if rest[start...].starts(with: part) { return true }
      rest = rest[index(after: start)...]
    }
    return false
  }
}
