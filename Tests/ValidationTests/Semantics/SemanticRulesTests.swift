@testable import GGUF
import TensorCore
import TestSupport
import Testing

@testable import Validation

@Suite("Rules about what metadata and tensors say together")
struct SemanticRulesTests {
  @Test("a sound model of each architecture breaks no rule", arguments: Architecture.byName.keys.sorted())
  func sound(_ architecture: String) {
    let findings = SoundModel(architecture).findings()
    #expect(findings.isEmpty, "\(findings.map { "\($0.rule.id) \($0.place) \($0.message)" })")
  }

  @Test("a change to a sound model breaks the rule that it should, and no other", arguments: SemanticChange.all)
  func change(_ change: SemanticChange) {
    let findings = change.model.findings()
    #expect(
      Set(findings.map(\.rule.id)) == [change.rule],
      "\(findings.map { "\($0.rule.id) \($0.place) \($0.message)" })")
    for finding in findings { #expect(!finding.message.hasSuffix("."), "\(finding.message)") }
  }

  @Test("every rule is broken by one of the changes")
  func coverage() {
    let broken = Set(SemanticChange.all.map(\.rule))
    let rules = Set((SemanticRules.all + NamingRules.all).map { $0.rule.id })
    #expect(rules == broken)
  }

  @Test("every architecture that is described is one that llama.cpp knows")
  func known() { #expect(Architecture.byName.keys.allSatisfy(KnownArchitectures.names.contains)) }

  @Test(
    "what is no model to be run lacks nothing",
    arguments: [("llama", "adapter"), ("imatrix", "imatrix"), ("clip", "mmproj"), ("clip", nil)] as [(String, String?)])
  func noModel(_ architecture: String, _ type: String?) {
    var sound = SoundModel("llama")
    sound.metadata = GGUFMetadata()
    sound.metadata["general.architecture"] = architecture == "imatrix" ? nil : .string(architecture)
    sound.metadata["general.type"] = type.map(GGUFValue.string)
    sound.tensors = [.init(name: "blk.0.attn_q.weight.lora_a", dimensions: [64, 4])]
    #expect(sound.findings().isEmpty, "\(sound.findings())")
  }

  @Test("a vocabulary without tensors is only noted as one")
  func vocabulary() {
    var sound = SoundModel("llama")
    sound.tensors = []
    for entry in sound.metadata.entries where entry.key.hasPrefix("llama.") { sound.metadata[entry.key] = nil }
    #expect(sound.findings().map(\.rule.id) == ["GGUF-A003"])
  }

  @Test("what may be in the part of a model that cannot be read is not missing")
  func partial() {
    var sound = SoundModel("llama")
    sound.isWhole = false
    sound.tensors.removeAll { $0.name.hasPrefix("blk.") }
    sound.metadata["llama.context_length"] = nil
    sound.metadata["tokenizer.ggml.model"] = nil
    #expect(sound.findings().isEmpty, "\(sound.findings())")
  }

  @Test("one matrix for queries, keys and values is as good as three")
  func fusedAttention() {
    var sound = SoundModel("llama")
    for layer in 0..<2 {
      for name in ["q", "k", "v"] { sound.tensors.removeAll { $0.name == "blk.\(layer).attn_\(name).weight" } }
      sound.tensors.append(.init(name: "blk.\(layer).attn_qkv.weight", dimensions: [64, 128]))
    }
    #expect(sound.findings().isEmpty, "\(sound.findings())")
  }

  @Test("what llama.cpp reads besides is known", arguments: Architecture.furtherKinds.keys.sorted())
  func further(_ architecture: String) throws {
    var sound = SoundModel(architecture)
    let described = try #require(Architecture.byName[architecture])
    let known = Set(SoundModel(architecture).tensors.map { LayerName($0.name).kind })
    for kind in try #require(Architecture.furtherKinds[architecture]) {
      #expect(!known.contains(kind) && !described.tensors.contains { $0.name == kind })
      sound.tensors.append(.init(name: kind.replacing("*", with: "0"), dimensions: [1]))
    }
    for name in ["blk.1.ffn_up.scale", "blk.0.ffn_up.input_scale"] where known.contains("blk.*.ffn_up.weight") {
      sound.tensors.append(.init(name: name, dimensions: [1]))
    }
    #expect(sound.findings().isEmpty, "\(sound.findings().map { "\($0.place) \($0.message)" })")
  }

  @Test("tensors of a kind that nobody knows are one finding, with how many there are")
  func unknownKinds() {
    var sound = SoundModel("llama")
    for name in ["blk.0.foo.weight", "blk.1.foo.weight", "blk.1.bar"] {
      sound.tensors.append(.init(name: name, dimensions: [64]))
    }
    let found = sound.findings()
    #expect(found.map(\.place.tensor) == ["blk.0.foo.weight", "blk.1.bar"])
    #expect(found.first?.message == "the architecture llama has no such tensor; so in 2 layers")
    #expect(sound.findings(.spec).allSatisfy { $0.severity == .warning })
    #expect(sound.findings(.llamaCpp).allSatisfy { $0.severity == .error })
  }

  @Test("of an architecture that is not described, no tensor is unknown")
  func undescribed() {
    var sound = SoundModel("plamo")
    sound.tensors = [.init(name: "token_embd.weight", dimensions: [64, 8])]
    sound.tensors += (0..<2).map { .init(name: "blk.\($0).x.weight", dimensions: [64]) }
    #expect(sound.findings().isEmpty, "\(sound.findings())")
  }

  @Test("where rows are no whole blocks of the type, a file type without it is no mistake")
  func fallback() throws {
    // Rows of 64 and 96 are no blocks of 256: llama-quantize makes Q5_0 of what should be Q4_K.
    var sound = SoundModel("llama")
    sound.fileName = "Sound-v1.0-Q4_K_M.gguf"
    sound.metadata["general.file_type"] = .uint32(15)
    for index in sound.tensors.indices where sound.tensors[index].dimensions.count > 1 {
      sound.tensors[index].type = .q5_0
    }
    #expect(sound.findings().isEmpty, "\(sound.findings())")
  }

  @Test("random keys, values and tensors never trap")
  func random() {
    var generator = SeededGenerator(seed: 0x5EED_0006)
    print("seed \(generator.seed)")
    for _ in 0..<400 {
      var sound = SoundModel(Architecture.byName.keys.sorted().randomElement(using: &generator) ?? "llama")
      let keys = sound.metadata.entries.map(\.key) + ["general.type", "general.size_label", "llama.vocab_size"]
      for _ in 0..<Int.random(in: 1...12, using: &generator) {
        guard let key = keys.randomElement(using: &generator) else { continue }
        sound.metadata[key] = Self.value(&generator)
      }
      for _ in 0..<Int.random(in: 0...6, using: &generator) {
        guard let index = sound.tensors.indices.randomElement(using: &generator) else { continue }
        sound.tensors[index].dimensions = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
          Int.random(in: 0...65, using: &generator)
        }
      }
      sound.fileName = String(
        decoding: (0..<20).map { _ in "-v1.0B7xof00001Q4_K\u{0}é".utf8.randomElement(using: &generator) ?? 0x2D },
        as: UTF8.self)
      for profile in Profile.allCases { _ = sound.findings(profile) }
    }
  }

  private static func value(_ generator: inout SeededGenerator) -> GGUFValue? {
    switch Int.random(in: 0...12, using: &generator) {
    case 0: nil
    case 1: .uint32([0, 1, 2, 3, 511, 513, .max].randomElement(using: &generator) ?? 0)
    case 2: .uint64([0, 1 << 31, UInt64(Int.max), .max].randomElement(using: &generator) ?? 0)
    case 3: .int64([.min, -1, 0, .max].randomElement(using: &generator) ?? 0)
    case 4: .int32([.min, -1, .max].randomElement(using: &generator) ?? 0)
    case 5: .float32(.nan)
    case 6: .string(["", "model", "gpt2", "1e999B", "9B"].randomElement(using: &generator) ?? "")
    case 7: .integers((0..<Int.random(in: 0...5, using: &generator)).map { Int32($0) - 2 })
    case 8: .floats([.infinity, .nan])
    case 9: .strings([" ", "", "  ", "a b", " b", "a  ", "é é"])
    case 10: .array(GGUFArray([UInt64.max, 0, 1]))
    case 11: .bool(true)
    default: .array(GGUFArray(elementType: .array, count: 0, bytes: []))
    }
  }
}
