@testable import GGUF
import TensorCore
import Testing

@testable import Validation

/// A change to a sound model that breaks one rule, and no other.
struct SemanticChange: Sendable, CustomTestStringConvertible {
  let rule: String
  let what: String
  var architecture = "llama"
  var values: [String: GGUFValue] = [:]
  let change: @Sendable (inout SoundModel) -> Void

  init(
    _ rule: String, _ what: String, _ architecture: String = "llama", _ values: [String: GGUFValue] = [:],
    _ change: @escaping @Sendable (inout SoundModel) -> Void = { _ in }
  ) {
    (self.rule, self.what, self.architecture, self.values, self.change) = (rule, what, architecture, values, change)
  }

  var testDescription: String { "\(rule) \(what)" }

  var model: SoundModel {
    var model = SoundModel(architecture, values)
    change(&model)
    return model
  }

  static let all = general + hyperParameters + tensors + vocabulary + names

  private static func set(_ rule: String, _ what: String, _ key: String, _ value: GGUFValue?) -> SemanticChange {
    SemanticChange(rule, what) { $0.metadata[key] = value }
  }

  private static let general: [SemanticChange] = [
    set("GGUF-A001", "no architecture", "general.architecture", nil),
    set("GGUF-A001", "an empty architecture", "general.architecture", .string("")),
    set("GGUF-A001", "an architecture that is a number", "general.architecture", .uint32(1)),
    set("GGUF-A002", "an architecture of nobody", "general.architecture", .string("nobodys")),
    SemanticChange("GGUF-A003", "no tensors") { $0.tensors = [] },
    set("GGUF-K018", "a number that is text", "llama.block_count", .string("2")),
    set("GGUF-K018", "text that is a number", "general.name", .uint32(2)),
    set("GGUF-K018", "scores that are text", "tokenizer.ggml.scores", .strings(SoundModel.tokens)),
    set("GGUF-K018", "a signed token number", "tokenizer.ggml.eos_token_id", .int32(2)),
    set("GGUF-K019", "a number of 64 bits", "llama.context_length", .uint64(128)),
    set("GGUF-K020", "a license that is a number", "general.license", .uint32(2)),
    set("GGUF-K021", "an epsilon that is NaN", "llama.attention.layer_norm_rms_epsilon", .float32(.nan)),
    set("GGUF-K021", "an infinite number of 64 bits", "some.number", .float64(.infinity)),
    set("GGUF-K021", "NaN in an array", "some.numbers", .floats([1, .nan, 2])),
    SemanticChange("GGUF-Q001", "a quantized tensor and no version") {
      $0.setType("blk.0.ffn_up.weight", .q8_0)
      $0.metadata["general.quantization_version"] = nil
    },
    SemanticChange("GGUF-Q002", "version 3 of quantization") {
      $0.setType("blk.0.ffn_up.weight", .q8_0)
      $0.metadata["general.quantization_version"] = .uint32(3)
    },
    set("GGUF-Q003", "a file type without a meaning", "general.file_type", .uint32(99)),
    SemanticChange("GGUF-Q004", "a file type that no matrix has") {
      $0.fileName = "Sound-v1.0.gguf"
      $0.metadata["general.file_type"] = .uint32(7)
    },
  ]

  private static let hyperParameters: [SemanticChange] = [
    set("GGUF-A004", "no context length", "llama.context_length", nil),
    set("GGUF-A004", "no epsilon", "llama.attention.layer_norm_rms_epsilon", nil),
    SemanticChange("GGUF-A004", "no number of token types", "bert") {
      $0.metadata["tokenizer.ggml.token_type_count"] = nil
    },
    set("GGUF-A005", "no rotary dimensions", "llama.rope.dimension_count", nil),
    set("GGUF-A006", "a context of 0", "llama.context_length", .uint32(0)),
    set("GGUF-A006", "a context of 2^31", "llama.context_length", .uint32(1 << 31)),
    set("GGUF-A007", "600 layers", "llama.block_count", .uint32(600)),
    SemanticChange(
      "GGUF-A008", "heads for three of two layers", "llama", ["attention.head_count_kv": .integers([2, 2, 2])]),
    SemanticChange("GGUF-A009", "three of four heads for keys", "llama", ["attention.head_count_kv": .uint32(3)]),
    SemanticChange(
      "GGUF-A009", "six heads for an embedding of 64", "llama",
      ["attention.head_count": .uint32(6), "rope.dimension_count": .uint32(10)]),
    SemanticChange("GGUF-A010", "a layer without heads", "llama", ["attention.head_count_kv": .integers([2, 0])]),
    SemanticChange("GGUF-A011", "half of a llama's head rotated", "llama", ["rope.dimension_count": .uint32(8)]),
    SemanticChange("GGUF-A011", "an odd number rotated", "qwen2", ["rope.dimension_count": .uint32(7)]),
    SemanticChange("GGUF-A011", "more than a head rotated", "qwen2", ["rope.dimension_count": .uint32(18)]),
    SemanticChange("GGUF-A012", "more experts used than there are", "qwen3moe", ["expert_used_count": .uint32(5)]),
    SemanticChange("GGUF-A012", "no expert used", "qwen3moe", ["expert_used_count": .uint32(0)]),
    SemanticChange("GGUF-A012", "experts used where none is", "llama", ["expert_used_count": .uint32(2)]),
    SemanticChange("GGUF-A012", "groups of unlike size", "qwen3moe", ["expert_group_count": .uint32(3)]),
  ]

  private static let tensors: [SemanticChange] = [
    SemanticChange("GGUF-A013", "a layer missing") { $0.tensors.removeAll { $0.name.hasPrefix("blk.1.") } },
    SemanticChange("GGUF-A013", "a layer of the decoder missing", "t5") {
      $0.tensors.removeAll { $0.name.hasPrefix("dec.blk.1.") }
    },
    SemanticChange("GGUF-A014", "a layer too many") {
      $0.tensors.append(.init(name: "blk.2.attn_norm.weight", dimensions: [64]))
    },
    SemanticChange("GGUF-A015", "a layer missing of an architecture that is not described", "plamo") {
      $0.tensors = [
        .init(name: "token_embd.weight", dimensions: [64, 8]), .init(name: "blk.0.x.weight", dimensions: [64]),
      ]
    },
    SemanticChange("GGUF-A016", "a norm missing") { $0.tensors.removeAll { $0.name == "blk.1.ffn_norm.weight" } },
    SemanticChange("GGUF-A016", "keys missing, and no matrix for all three") {
      $0.tensors.removeAll { $0.name.hasSuffix("attn_k.weight") }
    },
    SemanticChange("GGUF-A017", "a longer norm") { $0.setDimensions("output_norm.weight", [65]) },
    SemanticChange("GGUF-A017", "a transposed matrix") { $0.setDimensions("blk.0.ffn_up.weight", [96, 64]) },
    SemanticChange("GGUF-A017", "an optional tensor of another shape") {
      $0.tensors.append(.init(name: "blk.0.attn_q.bias", dimensions: [63]))
    },
    SemanticChange("GGUF-A018", "a tensor that no layer has") {
      $0.tensors.append(.init(name: "blk.0.foo.weight", dimensions: [64]))
    },
    SemanticChange("GGUF-A018", "a tensor that no model has") {
      $0.tensors.append(.init(name: "outptu.weight", dimensions: [64, 8]))
    },
    SemanticChange("GGUF-A018", "a scale of nothing") {
      $0.tensors.append(.init(name: "blk.0.foo.scale", dimensions: [1]))
    },
    SemanticChange("GGUF-A018", "a tensor of another architecture", "gemma3") {
      $0.tensors.append(.init(name: "rope_freqs.weight", dimensions: [8]))
    },
    SemanticChange("GGUF-A003", "safetensors without tensors") {
      $0.format = .safetensors
      $0.metadata = GGUFMetadata()
      $0.tensors = []
    },
    SemanticChange("SAFE-T005", "a tensor without elements") {
      $0.format = .safetensors
      $0.metadata = GGUFMetadata()
      $0.tensors = [.init(name: "a", dimensions: [4, 0]), .init(name: "b", dimensions: [4])]
    },
  ]

  private static let vocabulary: [SemanticChange] = [
    SemanticChange("GGUF-V001", "a row too few") { $0.setDimensions("token_embd.weight", [64, 7]) },
    SemanticChange("GGUF-V002", "a row too many") { $0.setDimensions("token_embd.weight", [64, 9]) },
    SemanticChange("GGUF-V003", "no tokenizer") { sound in
      for entry in sound.metadata.entries where entry.key.hasPrefix("tokenizer.") { sound.metadata[entry.key] = nil }
    },
    SemanticChange("GGUF-V003", "no tokens") { sound in
      for name in ["tokens", "scores", "token_type", "merges"] { sound.metadata["tokenizer.ggml.\(name)"] = nil }
      sound.metadata["tokenizer.ggml.model"] = .string("llama")
    },
    set("GGUF-V004", "a tokenizer of nobody", "tokenizer.ggml.model", .string("nobodys")),
    set("GGUF-V005", "a pre-tokenizer of nobody", "tokenizer.ggml.pre", .string("nobodys")),
    set("GGUF-V006", "no pre-tokenizer", "tokenizer.ggml.pre", nil),
    set(
      "GGUF-V007", "a token twice", "tokenizer.ggml.tokens",
      .strings(["<unk>", "<s>", "</s>", "a", "b", "ab", "a", "<0x0A>"])),
    SemanticChange("GGUF-V008", "more tokens than anybody has") { sound in
      let count = TokenTable.limit + 1
      sound.metadata["tokenizer.ggml.tokens"] = .strings(Array(repeating: "", count: count))
      for name in ["scores", "token_type"] { sound.metadata["tokenizer.ggml.\(name)"] = nil }
      sound.setDimensions("token_embd.weight", [64, count])
    },
    set(
      "GGUF-V009", "a token of 65,537 bytes", "tokenizer.ggml.tokens",
      .strings(
        ["<unk>", "<s>", "</s>", "a", "b", "ab", String(repeating: "c", count: TokenTooLong.limit + 1), "<0x0A>"])),
    set("GGUF-V010", "a score too few", "tokenizer.ggml.scores", .floats(Array(repeating: 0, count: 7))),
    set("GGUF-V010", "a type too many", "tokenizer.ggml.token_type", .integers(Array(repeating: 1, count: 9))),
    set("GGUF-V011", "a score that is NaN", "tokenizer.ggml.scores", .floats([0, 0, 0, 0, 0, .nan, 0, 0])),
    set("GGUF-V018", "a byte that is a word", "tokenizer.ggml.token_type", .integers([2, 3, 3, 6, 1, 1, 1, 6])),
    set("GGUF-V012", "a type 7", "tokenizer.ggml.token_type", .integers([2, 3, 3, 1, 1, 1, 7, 6])),
    set("GGUF-V013", "a token beyond the vocabulary", "tokenizer.ggml.padding_token_id", .uint32(8)),
    set(
      "GGUF-V014", "an end that is an unused token", "tokenizer.ggml.token_type", .integers([2, 3, 5, 1, 1, 1, 4, 6])),
    set("GGUF-V015", "no merges", "tokenizer.ggml.merges", nil),
    set("GGUF-V016", "a merge of one part", "tokenizer.ggml.merges", .strings(["a b", "ab"])),
    set("GGUF-V016", "a merge without a second part", "tokenizer.ggml.merges", .strings(["a "])),
    set("GGUF-V017", "a merge to no token", "tokenizer.ggml.merges", .strings(["a c"])),
    set("GGUF-V017", "a merge of no token", "tokenizer.ggml.merges", .strings(["x b"])),
  ]

  private static func named(_ rule: String, _ name: String) -> SemanticChange {
    SemanticChange(rule, name) { $0.fileName = name }
  }

  private static let names: [SemanticChange] = [
    named("GGUF-N001", "sound.gguf"),
    named("GGUF-N001", "Sound-v1.0.bin"),
    named("GGUF-N002", "Sound-v1.0-Q8_0.gguf"),
    named("GGUF-N003", "Sound-7B-v1.0-F32.gguf"),
    named("GGUF-N004", "Sound-v1.0-F32-00001-of-00003.gguf"),
    named("GGUF-N005", "Sound-v1.0-F32-LoRA.gguf"),
    named("GGUF-N005", "Sound-v1.0-F32-vocab.gguf"),
    named("GGUF-N005", "mmproj-Sound-v1.0-F32.gguf"),
    SemanticChange("GGUF-N003", "a size that is not that of the metadata") {
      $0.fileName = "Sound-7B-v1.0-F32.gguf"
      $0.metadata["general.size_label"] = .string("70B")
    },
  ]
}
