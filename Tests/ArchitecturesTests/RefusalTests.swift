import GGUF
import MemoryCheckpoints
import ParserChecks
import TensorCore
import TestSupport
import Testing

@testable import Architectures

/// Folders that contradict themselves: an error each, that names what is wrong.
@Suite("Odd checkpoints")
struct RefusalTests {
  private static func refusal(
    _ config: String, change: @escaping (inout [MemorySource.Entry]) -> Void = { _ in }
  ) -> ArchitectureError? {
    var model = TinyModel(config)
    model.change = change
    return violation { _ = try model.open() }
  }

  @Test("A configuration that is damaged at random is read or refused, with one line")
  func damagedConfigurations() {
    let (check, config) = (ModelCheck(), Array(ModelCheck.config.utf8))
    #expect(check.broken(config: config).isEmpty)
    var random = SeededGenerator(seed: 0x63_6F_6E)
    for round in 0..<600 {
      var changed = config
      for _ in 0...(round % 3) {
        // Digits and signs, half of the time: the text stays JSON then.
        let byte = Bool.random(using: &random) ? Array("0123456789-.e ".utf8).randomElement(using: &random) : nil
        changed[Int.random(in: config.indices, using: &random)] = byte ?? UInt8.random(in: 0...255, using: &random)
      }
      let broken = check.broken(config: changed)
      #expect(broken.isEmpty, "seed \(random.seed), round \(round): \(broken)")
    }
  }

  @Test("What transformers takes for a key that is not there is said")
  func assumptions() throws {
    var model = tinyLlama(#", "rope_parameters": {"rope_type": "default", "rope_theta": 5e5}"#)
    let notes = try model.open().notes
    #expect(notes == ["not in config.json, so as transformers has it: rms_norm_eps 1e-6"])
    model.config = tinyLlama(#", "rms_norm_eps": 1e-5, "rope_theta": 5e5"#).config
    #expect(try model.open().notes.isEmpty)
  }

  @Test(
    "A value in place of which llama.cpp has another is said",
    arguments: [
      (
        #""Gemma2ForCausalLM"], "head_dim": 2, "query_pre_attn_scalar": 3"#,
        "query_pre_attn_scalar is 3.0; llama.cpp scales attention as if it were 2"
      ),
      (#""Gemma3ForCausalLM"], "head_dim": 2, "query_pre_attn_scalar": 2"#, nil),
      (
        #""Phi3ForCausalLM"], "sliding_window": 5"#,
        "sliding_window is 5; llama.cpp lets each token see all 64 before it"
      ),
      (#""Phi3ForCausalLM"], "sliding_window": 64"#, nil),
      (
        #""Qwen3MoeForCausalLM"], "head_dim": 2, "num_experts": 2, "moe_intermediate_size": 4"#,
        "norm_topk_prob is false; llama.cpp lets the weights of a token's experts add up to 1 all the same"
      ),
      (
        #""Qwen3MoeForCausalLM"], "head_dim": 2, "num_experts": 2, "moe_intermediate_size": 4, "norm_topk_prob": true"#,
        nil
      ),
    ] as [(String, String?)])
  func otherValues(_ members: String, _ note: String?) throws {
    let notes = try TinyModel(
      #"{"architectures": [\#(members), \#(tinySizes), "num_key_value_heads": 2, "max_position_embeddings": 64}"#
    ).open().notes
    let found = notes.filter { $0.contains("llama.cpp") }
    #expect(found == (note.map { [$0] } ?? []))
  }

  @Test("A missing tensor is named")
  func missing() {
    let refusal = Self.refusal(tinyLlama().config) { $0.removeAll { $0.name.contains("layers.1.mlp.up_proj") } }
    #expect(refusal == .tensorMissing("model.layers.1.mlp.up_proj.weight", key: nil))
  }

  @Test("A missing expert is named")
  func missingExpert() {
    let config =
      #"{"architectures": ["MixtralForCausalLM"], \#(tinySizes), "num_key_value_heads": 2, "num_local_experts": 3}"#
    let refusal = Self.refusal(config) { $0.removeAll { $0.name.contains("layers.1.block_sparse_moe.experts.1.w2") } }
    #expect(refusal == .tensorMissing("model.layers.1.block_sparse_moe.experts.1.w2.weight", key: nil))
  }

  @Test("A tensor that the architecture does not have is named")
  func unexpected() {
    let refusal = Self.refusal(tinyLlama().config) {
      $0.append(.init(name: "model.layers.0.self_attn.g_proj.weight", type: .f32, dimensions: [1]))
    }
    #expect(refusal == .tensorUnexpected("model.layers.0.self_attn.g_proj.weight", architecture: "LlamaForCausalLM"))
  }

  @Test("A tensor that is left out by name need not be known, and it is said")
  func excluded() throws {
    var model = tinyLlama()
    model.change = { $0.append(.init(name: "adapter.weight", type: .f32, dimensions: [1], payload: [0, 0, 0, 0])) }
    model.options.excludes = { $0 == "adapter.weight" }
    #expect(try model.open().notes.contains(#"1 tensor left out, excluded: "adapter.weight""#))
  }

  @Test("A layer beyond the count is refused")
  func layer() {
    let refusal = Self.refusal(tinyLlama().config) {
      $0.append(.init(name: "model.layers.2.mlp.up_proj.weight", type: .f32, dimensions: [12, 8]))
    }
    #expect(refusal == .layerBeyondCount(tensor: "model.layers.2.mlp.up_proj.weight", count: 2))
  }

  @Test("A number with a zero before it is none: no two names are of one layer")
  func zeros() {
    let name = "model.layers.00.mlp.up_proj.weight"
    let refusal = Self.refusal(tinyLlama().config) {
      $0.append(.init(name: name, type: .f32, dimensions: [12, 8]))
    }
    #expect(refusal == .tensorUnexpected(name, architecture: "LlamaForCausalLM"))
  }

  @Test("A shape that is not the configuration's is refused, vocabulary padding among them")
  func shape() {
    let refusal = Self.refusal(tinyLlama().config) { entries in
      entries.removeAll { $0.name == "lm_head.weight" }
      entries.append(.init(name: "lm_head.weight", type: .f32, dimensions: [12, 8]))
    }
    #expect(
      refusal == .shape(tensor: "lm_head.weight", found: MemoryCheckpoints.shape([12, 8]), expected: [10, 8]))
  }

  @Test("Experts of several types are not stacked")
  func types() {
    let config =
      #"{"architectures": ["MixtralForCausalLM"], \#(tinySizes), "num_key_value_heads": 2, "num_local_experts": 2}"#
    let prefix = "model.layers.0.block_sparse_moe.experts"
    let refusal = Self.refusal(config) { entries in
      entries.removeAll { $0.name == "\(prefix).1.w1.weight" }
      entries.append(.init(name: "\(prefix).1.w1.weight", type: .bf16, dimensions: [12, 8]))
    }
    #expect(
      refusal
        == .typesDiffer(
          tensor: "\(prefix).1.w1.weight", found: .bf16, other: "\(prefix).0.w1.weight", otherType: .f32))
  }

  @Test("Integers are no weights")
  func integers() {
    let refusal = Self.refusal(tinyLlama().config) { entries in
      entries.removeAll { $0.name == "model.norm.weight" }
      entries.append(.init(name: "model.norm.weight", type: .i32, dimensions: [8]))
    }
    #expect(
      refusal == .elementType(tensor: "model.norm.weight", found: .i32, expected: "floating-point numbers"))
  }

  @Test("Without an output, the embeddings must be tied")
  func tied() throws {
    let drop: (inout [MemorySource.Entry]) -> Void = { $0.removeAll { $0.name == "lm_head.weight" } }
    #expect(Self.refusal(tinyLlama().config, change: drop) == .tensorMissing("lm_head.weight", key: nil))
    var model = tinyLlama(#", "tie_word_embeddings": true"#)
    model.change = drop
    #expect(try !model.open().tensors.contains { $0.name == "output.weight" })
  }

  @Test("An output that is tied and there all the same is kept")
  func tiedAndThere() throws {
    var model = tinyLlama(#", "tie_word_embeddings": true"#)
    model.change = {
      $0.append(
        .init(name: "lm_head.weight", type: .f32, dimensions: [10, 8], payload: Array(repeating: 0, count: 320)))
    }
    #expect(try model.open().tensors.contains { $0.name == "output.weight" })
  }

  @Test("Buffers that readers compute are left out, and it is said")
  func buffers() throws {
    var model = tinyLlama()
    model.change = {
      $0.append(.init(name: "model.layers.0.self_attn.rotary_emb.inv_freq", type: .f32, dimensions: [1]))
    }
    #expect(
      try model.open().notes.contains(
        #"1 tensor left out, computed by readers: "model.layers.0.self_attn.rotary_emb.inv_freq""#))
  }

  @Test(
    "Numbers of the configuration are checked before anything is made of them",
    arguments: [
      (#""num_hidden_layers": 2147483647"#, ArchitectureError.layersBeyondTensors(layers: 2_147_483_647, tensors: 1)),
      (
        #""num_hidden_layers": 0"#,
        .wrongValue(key: "num_hidden_layers", found: "0", expected: "a whole number from 1 to 2147483647")
      ),
      (
        #""hidden_size": 1e30"#,
        .wrongValue(key: "hidden_size", found: "1e30", expected: "a whole number from 1 to 2147483647")
      ),
      (
        #""vocab_size": -5"#,
        .wrongValue(key: "vocab_size", found: "-5", expected: "a whole number from 1 to 2147483647")
      ),
      (
        #""num_attention_heads": 3"#,
        .wrongValue(key: "num_attention_heads", found: "3", expected: "a divisor of the embedding's 8")
      ),
      (
        #""num_key_value_heads": 3"#,
        .wrongValue(key: "num_key_value_heads", found: "3", expected: "a divisor of the 4 heads")
      ),
      (#""rms_norm_eps": "small""#, .wrongValue(key: "rms_norm_eps", found: #""small""#, expected: "a number")),
      (#""rms_norm_eps": 1e300"#, .wrongValue(key: "rms_norm_eps", found: "1e300", expected: "a number")),
      (#""rope_scaling": 4"#, .wrongValue(key: "rope_scaling", found: "4", expected: "an object")),
      (
        #""rope_scaling": {"type": "spiral"}"#,
        .notSupported(
          key: "rope_type", found: #""spiral""#,
          reason: "the types are default, linear, dynamic, yarn, longrope and llama3")
      ),
      (
        #""quantization_config": {"quant_method": "gptq"}"#,
        .notSupported(
          key: "quant_method", found: #""gptq""#, reason: "convert the model that it was made from")
      ),
    ])
  func numbers(_ member: String, _ expected: ArchitectureError) {
    let key = member.split(separator: "\"")[0]
    var members = [
      #""hidden_size": 8"#, #""intermediate_size": 12"#, #""num_hidden_layers": 2"#, #""num_attention_heads": 4"#,
      #""vocab_size": 10"#,
    ].filter { !$0.hasPrefix("\"\(key)\"") }
    members.append(member)
    let config = #"{"architectures": ["LlamaForCausalLM"], \#(members.joined(separator: ", "))}"#
    let refusal = Self.refusal(config) { entries in
      // One tensor, where the count of layers is larger than that of what is there.
      if member.contains("2147483647") { entries = [.init(name: "a", type: .f32, dimensions: [1])] }
    }
    #expect(refusal == expected)
  }

  @Test("An architecture that is not known is refused with those that are")
  func unknown() {
    let refusal = Self.refusal(#"{"architectures": ["Qwen4ForCausalLM"]}"#)
    let known = KnownArchitectures.classNames
    #expect(refusal == .architectureUnknown("Qwen4ForCausalLM", known: known, nearest: "Qwen2ForCausalLM"))
    #expect("\(refusal.map(\.description) ?? "")".contains("BertModel, "))
    #expect("\(refusal.map(\.description) ?? "")".hasSuffix("--as-is converts the tensors under their own names"))
    #expect(Self.refusal("{}") == .architectureMissing)
    #expect(Self.refusal("[]") == .notJSON("config.json", reason: "expected an object, found an array of 0 values"))
  }

  @Test("GPT-2 with another width inside, and BitNet with another activation, are what llama.cpp does not compute")
  func notComputed() {
    let gpt2 =
      #"{"architectures": ["GPT2LMHeadModel"], "n_embd": 8, "n_head": 2, "n_layer": 1, "n_positions": 6, "vocab_size": 9, "n_inner": 5}"#
    #expect(
      Self.refusal(gpt2)
        == .notSupported(key: "n_inner", found: "5", reason: "llama.cpp takes it to be four times n_embd"))
    let bitnet =
      #"{"architectures": ["BitNetForCausalLM"], \#(tinySizes), "num_key_value_heads": 2, "hidden_act": "relu2"}"#
    #expect(
      Self.refusal(bitnet)
        == .notSupported(
          key: "hidden_act", found: #""relu2""#, reason: #"llama.cpp computes BitNet with "silu""#))
  }
}
