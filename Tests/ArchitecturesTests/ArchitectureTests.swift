import GGUF
import MemoryCheckpoints
import TensorCore
import Testing

@testable import Architectures

/// What each architecture becomes: its name, the tensors of its first layer and those outside of layers with their
/// shapes, and keys that tell it from others. That all tensors have the reference converter's bytes is shown in
/// Conformance.
@Suite("Architectures")
struct ArchitectureTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let config: String
    let name: String
    let tensors: [String: [Int]]
    let keys: [String: GGUFValue]
    var testDescription: String { name }
  }

  static let cases: [Case] = [
    llama, mixtral, qwen2, qwen3, qwen3MoE, gemma2, gemma3, phi3,
    gpt2, gptNeoX, bertModel, roberta, nomicBert, bitNet,
  ]

  private static let llama: Case = Case(
    config: tinyLlama().config, name: "llama",
    tensors: [
      "token_embd.weight": [10, 8], "output_norm.weight": [8], "output.weight": [10, 8],
      "blk.0.attn_norm.weight": [8], "blk.0.ffn_norm.weight": [8], "blk.0.attn_q.weight": [8, 8],
      "blk.0.attn_k.weight": [4, 8], "blk.0.attn_v.weight": [4, 8], "blk.0.attn_output.weight": [8, 8],
      "blk.0.ffn_gate.weight": [12, 8], "blk.0.ffn_up.weight": [12, 8], "blk.0.ffn_down.weight": [8, 12],
    ],
    keys: [
      "llama.block_count": .uint32(2), "llama.context_length": .uint32(64), "llama.embedding_length": .uint32(8),
      "llama.feed_forward_length": .uint32(12), "llama.attention.head_count": .uint32(4),
      "llama.attention.head_count_kv": .uint32(2), "llama.rope.freq_base": .float32(10_000),
      "llama.attention.layer_norm_rms_epsilon": .float32(1e-6), "llama.attention.key_length": .uint32(2),
      "llama.attention.value_length": .uint32(2), "llama.vocab_size": .uint32(10),
      "llama.rope.dimension_count": .uint32(2),
    ])

  private static let mixtral: Case = Case(
    config:
      #"{"architectures": ["MixtralForCausalLM"], \#(tinySizes), "num_key_value_heads": 2, "num_local_experts": 3}"#,
    name: "llama",
    tensors: [
      "token_embd.weight": [10, 8], "output_norm.weight": [8], "output.weight": [10, 8],
      "blk.0.attn_norm.weight": [8], "blk.0.ffn_norm.weight": [8], "blk.0.attn_q.weight": [8, 8],
      "blk.0.attn_k.weight": [4, 8], "blk.0.attn_v.weight": [4, 8], "blk.0.attn_output.weight": [8, 8],
      "blk.0.ffn_gate_inp.weight": [3, 8], "blk.0.ffn_gate_exps.weight": [3, 12, 8],
      "blk.0.ffn_up_exps.weight": [3, 12, 8], "blk.0.ffn_down_exps.weight": [3, 8, 12],
    ],
    keys: [
      "llama.expert_count": .uint32(3), "llama.expert_used_count": .uint32(2), "llama.rope.freq_base": .float32(1e6),
    ])

  private static let qwen2: Case = Case(
    config:
      #"{"architectures": ["Qwen2ForCausalLM"], \#(tinySizes), "num_key_value_heads": 4, "tie_word_embeddings": true, "rope_theta": 5, "rope_scaling": {"type": "yarn", "factor": 4, "original_max_position_embeddings": 16}}"#,
    name: "qwen2",
    tensors: [
      "token_embd.weight": [10, 8], "output_norm.weight": [8],
      "blk.0.attn_norm.weight": [8], "blk.0.ffn_norm.weight": [8], "blk.0.attn_q.weight": [8, 8],
      "blk.0.attn_k.weight": [8, 8], "blk.0.attn_v.weight": [8, 8], "blk.0.attn_output.weight": [8, 8],
      "blk.0.ffn_gate.weight": [12, 8], "blk.0.ffn_up.weight": [12, 8], "blk.0.ffn_down.weight": [8, 12],
    ],
    keys: [
      "qwen2.rope.freq_base": .float32(5), "qwen2.rope.scaling.type": .string("yarn"),
      "qwen2.rope.scaling.factor": .float32(4), "qwen2.rope.scaling.original_context_length": .uint32(16),
    ])

  private static let qwen3: Case = Case(
    config: #"{"architectures": ["Qwen3ForCausalLM"], \#(tinySizes), "num_key_value_heads": 2, "head_dim": 6}"#,
    name: "qwen3",
    tensors: [
      "token_embd.weight": [10, 8], "output_norm.weight": [8], "output.weight": [10, 8],
      "blk.0.attn_norm.weight": [8], "blk.0.ffn_norm.weight": [8], "blk.0.attn_q.weight": [24, 8],
      "blk.0.attn_q_norm.weight": [6], "blk.0.attn_k_norm.weight": [6],
      "blk.0.attn_k.weight": [12, 8], "blk.0.attn_v.weight": [12, 8], "blk.0.attn_output.weight": [8, 24],
      "blk.0.ffn_gate.weight": [12, 8], "blk.0.ffn_up.weight": [12, 8], "blk.0.ffn_down.weight": [8, 12],
    ],
    keys: ["qwen3.attention.key_length": .uint32(6)])

  private static let qwen3MoE: Case = Case(
    config:
      #"{"architectures": ["Qwen3MoeForCausalLM"], \#(tinySizes), "num_key_value_heads": 2, "num_experts": 2, "moe_intermediate_size": 5}"#,
    name: "qwen3moe",
    tensors: [
      "token_embd.weight": [10, 8], "output_norm.weight": [8], "output.weight": [10, 8],
      "blk.0.attn_norm.weight": [8], "blk.0.ffn_norm.weight": [8], "blk.0.attn_q.weight": [8, 8],
      "blk.0.attn_q_norm.weight": [2], "blk.0.attn_k_norm.weight": [2],
      "blk.0.attn_k.weight": [4, 8], "blk.0.attn_v.weight": [4, 8], "blk.0.attn_output.weight": [8, 8],
      "blk.0.ffn_gate_inp.weight": [2, 8], "blk.0.ffn_gate_exps.weight": [2, 5, 8],
      "blk.0.ffn_up_exps.weight": [2, 5, 8], "blk.0.ffn_down_exps.weight": [2, 8, 5],
    ],
    keys: ["qwen3moe.expert_feed_forward_length": .uint32(5), "qwen3moe.expert_count": .uint32(2)])

  private static let gemma2: Case = Case(
    config: #"{"architectures": ["Gemma2ForCausalLM"], \#(tinySizes), "num_key_value_heads": 2, "head_dim": 2}"#,
    name: "gemma2",
    tensors: gemma,
    keys: [
      "gemma2.attn_logit_softcapping": .float32(50), "gemma2.final_logit_softcapping": .float32(30),
      "gemma2.attention.sliding_window": .uint32(4096),
    ])

  private static let gemma3: Case = Case(
    config:
      #"{"architectures": ["Gemma3ForCausalLM"], \#(tinySizes), "num_key_value_heads": 2, "head_dim": 2, "rope_parameters": {"full_attention": {"rope_theta": 1000000.0, "rope_type": "linear", "factor": 8}, "sliding_attention": {"rope_theta": 20000, "rope_type": "default"}}}"#,
    name: "gemma3",
    tensors: gemma.merging(["blk.0.attn_q_norm.weight": [2], "blk.0.attn_k_norm.weight": [2]]) { old, _ in old },
    keys: [
      "gemma3.rope.freq_base": .float32(1e6), "gemma3.rope.freq_base_swa": .float32(20_000),
      "gemma3.rope.scaling.factor": .float32(8), "gemma3.attention.sliding_window": .uint32(4096),
    ])

  private static let phi3: Case = Case(
    config:
      #"{"architectures": ["Phi3ForCausalLM"], \#(tinySizes), "num_key_value_heads": 2, "max_position_embeddings": 64, "original_max_position_embeddings": 16, "rope_scaling": {"type": "su", "long_factor": [2], "short_factor": [1]}}"#,
    name: "phi3",
    tensors: [
      "rope_factors_long.weight": [1], "rope_factors_short.weight": [1],
      "token_embd.weight": [10, 8], "output_norm.weight": [8], "output.weight": [10, 8],
      "blk.0.attn_norm.weight": [8], "blk.0.ffn_norm.weight": [8], "blk.0.attn_qkv.weight": [16, 8],
      "blk.0.attn_output.weight": [8, 8], "blk.0.ffn_up.weight": [24, 8], "blk.0.ffn_down.weight": [8, 12],
    ],
    keys: [
      // The root of 1 + ln 4 / ln 16.
      "phi3.rope.scaling.attn_factor": .float32(1.2247449), "phi3.attention.sliding_window": .uint32(0),
      "phi3.rope.scaling.original_context_length": .uint32(16),
    ])

  private static let gpt2: Case = Case(
    config:
      #"{"architectures": ["GPT2LMHeadModel"], "n_embd": 8, "n_head": 2, "n_layer": 2, "n_positions": 6, "vocab_size": 10}"#,
    name: "gpt2",
    tensors: [
      "token_embd.weight": [10, 8], "position_embd.weight": [6, 8], "output_norm.weight": [8],
      "output_norm.bias": [8], "blk.0.attn_norm.weight": [8], "blk.0.attn_norm.bias": [8],
      "blk.0.ffn_norm.weight": [8], "blk.0.ffn_norm.bias": [8], "blk.0.attn_qkv.weight": [24, 8],
      "blk.0.attn_qkv.bias": [24], "blk.0.attn_output.weight": [8, 8], "blk.0.attn_output.bias": [8],
      "blk.0.ffn_up.weight": [32, 8], "blk.0.ffn_up.bias": [32], "blk.0.ffn_down.weight": [8, 32],
      "blk.0.ffn_down.bias": [8],
    ],
    keys: ["gpt2.feed_forward_length": .uint32(32), "gpt2.context_length": .uint32(6)])

  private static let gptNeoX: Case = Case(
    config:
      #"{"architectures": ["GPTNeoXForCausalLM"], \#(tinySizes), "max_position_embeddings": 64, "rotary_pct": 0.5}"#,
    name: "gptneox",
    tensors: [
      "token_embd.weight": [10, 8], "output.weight": [10, 8], "output_norm.weight": [8], "output_norm.bias": [8],
      "blk.0.attn_norm.weight": [8], "blk.0.attn_norm.bias": [8], "blk.0.ffn_norm.weight": [8],
      "blk.0.ffn_norm.bias": [8], "blk.0.attn_qkv.weight": [24, 8], "blk.0.attn_output.weight": [8, 8],
      "blk.0.ffn_up.weight": [12, 8], "blk.0.ffn_down.weight": [8, 12],
    ],
    keys: ["gptneox.rope.dimension_count": .uint32(1), "gptneox.use_parallel_residual": .bool(true)])

  private static let bertModel: Case = Case(
    config: #"{"architectures": ["BertModel"], \#(tinySizes), "max_position_embeddings": 7}"#, name: "bert",
    tensors: bert.merging(["position_embd.weight": [7, 8], "token_types.weight": [2, 8]]) { old, _ in old },
    keys: ["bert.attention.causal": .bool(false), "tokenizer.ggml.token_type_count": .uint32(2)])

  private static let roberta: Case = Case(
    config:
      #"{"architectures": ["RobertaModel"], \#(tinySizes), "max_position_embeddings": 7, "type_vocab_size": 1}"#,
    name: "bert",
    tensors: bert.merging(["position_embd.weight": [5, 8], "token_types.weight": [1, 8]]) { old, _ in old },
    keys: ["bert.context_length": .uint32(5), "tokenizer.ggml.token_type_count": .uint32(1)])

  private static let nomicBert: Case = Case(
    config:
      #"{"architectures": ["NomicBertModel"], "n_embd": 8, "n_inner": 12, "n_head": 2, "n_layer": 2, "vocab_size": 10, "n_positions": 8192, "type_vocab_size": 2, "activation_function": "swiglu", "causal": false, "qkv_proj_bias": false, "mlp_fc1_bias": false, "mlp_fc2_bias": false, "prenorm": false, "rotary_emb_fraction": 1.0, "rotary_emb_interleaved": false, "rotary_emb_scale_base": null, "rotary_emb_base": 1000}"#,
    name: "nomic-bert",
    tensors: [
      "token_embd.weight": [10, 8], "token_types.weight": [2, 8], "token_embd_norm.weight": [8],
      "token_embd_norm.bias": [8], "blk.0.attn_qkv.weight": [24, 8], "blk.0.attn_output.weight": [8, 8],
      "blk.0.ffn_up.weight": [12, 8], "blk.0.ffn_gate.weight": [12, 8], "blk.0.ffn_down.weight": [8, 12],
      "blk.0.attn_output_norm.weight": [8], "blk.0.attn_output_norm.bias": [8],
      "blk.0.layer_output_norm.weight": [8], "blk.0.layer_output_norm.bias": [8],
    ],
    keys: ["nomic-bert.context_length": .uint32(2048), "nomic-bert.rope.freq_base": .float32(1000)])

  private static let bitNet: Case = Case(
    config:
      #"{"architectures": ["BitNetForCausalLM"], \#(tinySizes), "num_key_value_heads": 2, "hidden_act": "silu"}"#,
    name: "bitnet",
    tensors: [
      "token_embd.weight": [10, 8], "output_norm.weight": [8],
      "blk.0.attn_norm.weight": [8], "blk.0.ffn_norm.weight": [8], "blk.0.attn_sub_norm.weight": [8],
      "blk.0.ffn_sub_norm.weight": [12], "blk.0.attn_q.weight": [8, 8],
      "blk.0.attn_k.weight": [4, 8], "blk.0.attn_v.weight": [4, 8], "blk.0.attn_output.weight": [8, 8],
      "blk.0.ffn_gate.weight": [12, 8], "blk.0.ffn_up.weight": [12, 8], "blk.0.ffn_down.weight": [8, 12],
    ],
    keys: ["bitnet.rope.scaling.type": .string("linear"), "bitnet.rope.scaling.factor": .float32(1)])

  private static let gemma: [String: [Int]] = [
    "token_embd.weight": [10, 8], "output_norm.weight": [8], "blk.0.attn_norm.weight": [8],
    "blk.0.post_attention_norm.weight": [8], "blk.0.ffn_norm.weight": [8], "blk.0.post_ffw_norm.weight": [8],
    "blk.0.attn_q.weight": [8, 8], "blk.0.attn_k.weight": [4, 8], "blk.0.attn_v.weight": [4, 8],
    "blk.0.attn_output.weight": [8, 8], "blk.0.ffn_gate.weight": [12, 8], "blk.0.ffn_up.weight": [12, 8],
    "blk.0.ffn_down.weight": [8, 12],
  ]

  private static let bert: [String: [Int]] = {
    var tensors: [String: [Int]] = [
      "token_embd.weight": [10, 8], "token_embd_norm.weight": [8], "token_embd_norm.bias": [8],
      "blk.0.ffn_up.weight": [12, 8], "blk.0.ffn_up.bias": [12], "blk.0.ffn_down.weight": [8, 12],
      "blk.0.ffn_down.bias": [8],
    ]
    for name in ["attn_q", "attn_k", "attn_v", "attn_output"] {
      tensors["blk.0.\(name).weight"] = [8, 8]
      tensors["blk.0.\(name).bias"] = [8]
    }
    for name in ["attn_output_norm", "layer_output_norm"] {
      tensors["blk.0.\(name).weight"] = [8]
      tensors["blk.0.\(name).bias"] = [8]
    }
    return tensors
  }()

  @Test("A model of each has the tensors and keys that readers expect", arguments: cases)
  func model(_ known: Case) throws {
    let model = try TinyModel(known.config).open()
    #expect(model.metadata.string("general.architecture") == known.name)
    let ofFirstLayer = model.tensors.filter { !$0.name.hasPrefix("blk.1.") }
    var shapes: [String: [Int]] = [:]
    for tensor in ofFirstLayer { shapes[tensor.name] = tensor.shape.dimensions }
    #expect(shapes == known.tensors)
    // The second layer has what the first has.
    let layers = (0...1).map { layer in
      Set(model.tensors.map(\.name).filter { $0.hasPrefix("blk.\(layer).") }.map { $0.dropFirst(6) })
    }
    #expect(layers[0] == layers[1])
    for (key, value) in known.keys { #expect(model.metadata[key] == value, "\(key)") }
  }

  @Test("Every class that is known has a test here")
  func complete() {
    let tested = Set(Self.cases.map(\.name))
    #expect(tested.count >= KnownArchitectures.all.count - 1, "RoBERTa is one with BERT")
    for architecture in KnownArchitectures.all {
      for name in architecture.classNames { #expect(KnownArchitectures.named(name) != nil) }
    }
  }

  @Test("Whatever its type, a model is read to its end", arguments: [ElementType.f16, .bf16])
  func read(_ type: ElementType) throws {
    for known in Self.cases {
      var tiny = TinyModel(known.config)
      tiny.type = type
      let model = try tiny.open()
      for tensor in model.tensors {
        #expect(tensor.elementType == .f32 || tensor.elementType == type, "\(tensor.name)")
        if tensor.shape.dimensions.count == 1 { #expect(tensor.elementType == .f32, "\(tensor.name)") }
        // Filled whatever the buffer had before.
        var read: [[UInt8]] = []
        for fill in [UInt8](1...2) {
          var bytes = [UInt8](repeating: fill, count: tensor.byteCount)
          var span = bytes.mutableSpan
          try model.read(tensor, from: 0, into: &span)
          read.append(bytes)
        }
        #expect(read[0] == read[1], "\(known.name): \(tensor.name)")
      }
    }
  }
}
