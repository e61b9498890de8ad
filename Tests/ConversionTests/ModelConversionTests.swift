import Conversion
import GGUF
import MemoryCheckpoints
import Recipes
import TensorCore
import TestSupport
import Testing

/// GGUF files that are models of an architecture, quantized as llama-quantize does it.
@Suite("The plan for a model with an architecture")
struct ModelConversionTests {
  private func plan(
    _ tensors: [(name: String, type: ElementType, dimensions: [Int])], architecture: String? = "llama",
    keys: [(String, GGUFValue)] = [], _ target: QuantizationTarget = QuantizationTarget(QuantizationPreset.q4_K_M),
    change: (inout ConversionOptions) -> Void = { _ in }
  ) throws -> ConversionPlan {
    let folder = try TemporaryFolder()
    let entries = try tensors.map { tensor in
      let count = tensor.dimensions.reduce(1, *)
      let bytes = try #require(tensor.type.byteCount(elements: count))
      return MemorySource.Entry(
        name: tensor.name, type: tensor.type, dimensions: tensor.dimensions,
        payload: [UInt8](repeating: 0, count: bytes))
    }
    let first = architecture.map { [("general.architecture", GGUFValue.string($0))] } ?? []
    let path = try folder.write("in.gguf", try gguf(metadata: metadata(first + keys), entries))
    var options = ConversionOptions(target: target)
    options.usesArchitecture = true
    change(&options)
    return try ConversionPlan(source: GGUFFile(path: path), name: path, options: options)
  }

  private let small: [(name: String, type: ElementType, dimensions: [Int])] = [
    ("token_embd.weight", .f16, [4, 256]), ("blk.10.ffn_up.weight", .bf16, [4, 256]),
    ("blk.2.attn_norm.weight", .f16, [256]), ("blk.2.ffn_gate_inp.weight", .bf16, [4, 256]),
    ("output.weight", .f32, [4, 256]), ("blk.2.ffn_up.weight", .f32, [4, 96]), ("blk.2.ids", .i32, [4]),
  ]

  @Test("Tensors stand in llama-quantize's order, with its types and their reasons")
  func choices() throws {
    let plan = try plan(small)
    #expect(
      plan.tensors.map(\.name) == [
        "output.weight", "token_embd.weight", "blk.2.attn_norm.weight", "blk.2.ffn_gate_inp.weight",
        "blk.2.ffn_up.weight", "blk.2.ids", "blk.10.ffn_up.weight",
      ])
    let expected: [TypeChoice.Reason?] = [
      .preset(.output), nil, .oneDimensional, .neverQuantized, .fallback(from: .q4_K), .integers, nil,
    ]
    #expect(plan.tensors.map(\.choice.reason) == expected)
    #expect(plan.tensors.map(\.target) == [.q6_K, .q4_K, .f16, .bf16, .q5_0, .i32, .q4_K])
    #expect(plan.preset == .q4_K_M)
  }

  @Test("Pure means one type, but for those that are never quantized")
  func pure() throws {
    let plan = try plan(small) { $0.isPure = true }
    #expect(plan.tensors.map(\.target) == [.q4_K, .q4_K, .f16, .bf16, .q5_0, .i32, .q4_K])
    #expect(plan.preset == nil)
    #expect(plan.metadata["general.file_type"] == .uint32(15))
  }

  @Test("A type that is no preset's is that of all tensors")
  func noPreset() throws {
    let plan = try plan(small, QuantizationTarget(ElementType.nf4))
    #expect(plan.tensors.map(\.target) == [.nf4, .nf4, .f16, .bf16, .f16, .i32, .nf4])
    #expect(plan.metadata["general.file_type"] == nil)
  }

  @Test("Outer dimensions of 1 are left out, as ggml does not count them, and one row is a vector")
  func outerOnes() throws {
    let tensors: [(name: String, type: ElementType, dimensions: [Int])] = [
      ("token_types.weight", .f32, [1, 256]), ("blk.0.ffn_up.weight", .f32, [1, 256]),
      ("blk.1.ffn_up.weight", .f32, [1, 4, 256]), ("blk.2.ffn_up.weight", .f32, [1, 1]),
    ]
    for target in [QuantizationPreset.q8_0, .f32] {
      let plan = try plan(tensors, QuantizationTarget(target))
      #expect(plan.tensors.map(\.shape.dimensions) == [[256], [256], [4, 256], [1]])
      #expect(plan.tensors.map(\.target) == [.f32, .f32, target == .f32 ? .f32 : .q8_0, .f32])
    }
    // Under its own name a tensor keeps its shape.
    let plan = try plan(tensors) { $0.usesArchitecture = false }
    #expect(plan.tensors.map(\.shape.dimensions) == tensors.map(\.dimensions))
  }

  @Test("Metadata are those of the source, with llama-quantize's two keys at the end")
  func keptMetadata() throws {
    let plan = try plan(
      small,
      keys: [
        ("general.file_type", .uint32(0)), ("general.quantization_version", .uint32(1)), ("split.count", .uint16(0)),
        ("llama.block_count", .uint32(11)), ("general.name", .string("größe")),
      ])
    #expect(
      plan.metadata.entries.map(\.key) == [
        "general.architecture", "llama.block_count", "general.name", "general.quantization_version",
        "general.file_type",
      ])
    #expect(plan.metadata["general.file_type"] == .uint32(15))
    #expect(plan.metadata["general.quantization_version"] == .uint32(2))
  }

  @Test("Without an architecture the file is a container as before", arguments: [nil, "unknown", ""])
  func container(architecture: String?) throws {
    let plan = try plan(small, architecture: architecture)
    #expect(plan.tensors.map(\.name) == small.map(\.name))
    #expect(plan.tensors[2].target == .f32)
    #expect(plan.preset == nil)
    #expect(plan.metadata["swift_gguf.source.names"] != nil)
  }

  @Test("Tensors that are quantized already are an error, or copied where nothing changes")
  func requantizing() throws {
    let tensors: [(name: String, type: ElementType, dimensions: [Int])] = [
      ("output.weight", .q6_K, [4, 256]), ("token_embd.weight", .q8_0, [4, 256]),
    ]
    #expect(throws: SourceError.self) { try plan(tensors) }
    #expect(try plan(tensors) { $0.allowsRequantizing = true }.tensors.map(\.target) == [.q6_K, .q4_K])
    #expect(try plan(tensors) { $0.embeddingType = .q8_0 }.tensors.map(\.target) == [.q6_K, .q8_0])
  }

  @Test("A rule decides before the recipe, and what is written of a plan gives it again")
  func recipe() throws {
    let text = "tensors: {blk.2.attn_norm.weight: F32, output.weight: Q8_0}\nrules: [{role: ffn_up, type: Q3_K}]"
    let changed = try plan(small) {
      $0.recipe = try? Recipe(parsing: Array(text.utf8))
      $0.rules = [.init(type: .q5_K) { $0 == "blk.10.ffn_up.weight" }]
    }
    #expect(changed.tensors.map(\.target) == [.q8_0, .q4_K, .f32, .bf16, .q4_0, .i32, .q5_K])
    let written = RecipeText.written(
      title: "again", target: changed.target, tensors: changed.tensors.map { ($0.source.name, $0.target, nil) })
    let again = try plan(small) { $0.recipe = try? Recipe(parsing: Array(written.utf8)) }
    #expect(again.tensors.map(\.target) == changed.tensors.map(\.target))
    #expect(again.layout.parts.map(\.header) == changed.layout.parts.map(\.header))
  }

  @Test("A layer beyond the model's is an error that names the tensor")
  func layers() {
    let keys: [(String, GGUFValue)] = [("llama.block_count", .uint32(2)), ("llama.expert_count", .uint32(8))]
    #expect {
      try plan([("blk.2.ffn_down.weight", .f32, [4, 256])], keys: keys)
    } throws: { error in
      "\(error)".contains("blk.2.ffn_down.weight") && "\(error)".contains("--pure")
    }
  }
}
