import Checkpoints
import GGUF
import MemoryCheckpoints
import TensorCore
import TestSupport
import Testing

@testable import Inspection

@Suite("A checkpoint at a glance")
struct OverviewTests {
  private func model(_ changes: [(String, GGUFValue?)] = []) -> GGUFMetadata {
    var pairs = metadata([
      ("general.architecture", .string("llama")), ("general.name", .string("Tiny")), ("general.file_type", .uint32(15)),
      ("general.quantization_version", .uint32(2)), ("llama.context_length", .uint32(128)),
      ("llama.block_count", .uint32(2)), ("llama.attention.head_count", .uint32(4)),
      ("tokenizer.ggml.model", .string("gpt2")),
      ("tokenizer.ggml.tokens", .array(GGUFArray(["a", "<s>", "b"]))), ("tokenizer.ggml.bos_token_id", .uint32(1)),
      ("tokenizer.ggml.eos_token_id", .uint32(7)), ("tokenizer.chat_template", .string("{{ x }}")),
    ])
    for (key, value) in changes { pairs[key] = value }
    return pairs
  }

  private static let tensors = ["token_embd.weight", "blk.0.a", "blk.1.a"].map {
    MemorySource.Entry(name: $0, type: .q8_0, dimensions: [3, 32], payload: Array(repeating: 0, count: 102))
  }

  private func overview(
    _ metadata: GGUFMetadata, _ tensors: [MemorySource.Entry] = tensors
  ) throws -> Overview {
    let folder = try TemporaryFolder()
    let path = try folder.write("model.gguf", MemoryCheckpoints.gguf(metadata: metadata, tensors))
    return Overview(try openCheckpoint(at: path), name: "model")
  }

  @Test("What the metadata says of the model")
  func modelFacts() throws {
    let facts = try overview(model()).model
    #expect(facts.name == "Tiny" && facts.architecture == "llama" && facts.fileType == "Q4_K_M")
    #expect(facts.contextLength == 128 && facts.layers == 2 && facts.heads == 4 && facts.keyValueHeads == nil)
  }

  @Test("Values of another type than expected say nothing")
  func otherTypes() throws {
    let facts = ModelFacts(
      model([
        ("general.name", .uint32(1)), ("llama.context_length", .string("128")), ("general.file_type", .bool(true)),
      ]))
    #expect(facts.name == nil && facts.contextLength == nil && facts.fileType == nil)
  }

  @Test(
    "Names of mixes of types",
    arguments: [(0, "F32"), (7, "Q8_0"), (14, "Q4_K_S"), (15, "Q4_K_M"), (1031, "Q8_0, guessed"), (5, "unknown (5)")])
  func fileTypes(number: Int, name: String) { #expect(FileTypeName.name(number) == name) }

  @Test("The tokenizer: special tokens with their text, where the vocabulary has them")
  func tokenizer() throws {
    let facts = try #require(try overview(model()).tokenizer)
    #expect(facts.model == "gpt2" && facts.vocabulary == 3 && facts.merges == nil && facts.chatTemplateLength == 7)
    #expect(facts.special.map(\.role) == ["bos", "eos"] && facts.special.map(\.id) == [1, 7])
    #expect(facts.special.map(\.text) == ["<s>", nil])
  }

  @Test("Counts that a file claims are not believed beyond its tensors")
  func hugeCounts() throws {
    let facts = try overview(
      model([("llama.block_count", .uint64(UInt64.max)), ("general.file_type", .int64(.min))])
    ).model
    #expect(facts.layers == nil && facts.fileType == "unknown (\(Int.min))")
  }

  @Test("Tensors of each layer, and of each kind")
  func groups() throws {
    let tensors = MemorySource(Self.tensors).tensors
    #expect(TensorGroup.layers(tensors).map(\.name) == [nil, "0", "1"])
    #expect(TensorGroup.kinds(tensors).map(\.name) == ["blk.*.a", "token_embd.weight"])
    #expect(TensorGroup.kinds(tensors).map(\.types.parameters) == [192, 96])
  }
}
