import GGUF
import TensorCore
import Testing

@testable import Validation

@Suite("Tables of architectures, held against published models")
struct PublishedModelTests {
  /// `name 1 2, other 3`.
  private static func rows(_ text: String) -> [(name: String, numbers: [Int])] {
    text.split(separator: ",").map { row in
      let words = row.split(whereSeparator: { $0 == " " || $0 == "\n" }).map(String.init)
      return (words.first ?? "", words.dropFirst().compactMap { Int($0) })
    }
  }

  private static func sound(_ published: PublishedModel) -> SoundModel {
    var sound = SoundModel(published.architecture)
    let prefix = "\(published.architecture)."
    for entry in sound.metadata.entries where entry.key.hasPrefix(prefix) && entry.value.integer != nil {
      sound.metadata[entry.key] = nil
    }
    for (name, numbers) in rows(published.counts) {
      sound.metadata[prefix + name] = numbers.first.map { .uint32(UInt32($0)) }
    }
    // The number of tokens is `vocab_size`: nobody has 262,144 tokens at hand.
    sound.metadata["tokenizer.ggml.model"] = .string("none")
    for name in ["tokens", "scores", "token_type", "merges", "bos_token_id", "eos_token_id"] {
      sound.metadata["tokenizer.ggml.\(name)"] = nil
    }
    sound.tensors = rows(published.tensors).map { .init(name: $0.name, dimensions: $0.numbers) }
    return sound
  }

  @Test("a published model breaks no rule", arguments: PublishedModel.all)
  func sound(_ published: PublishedModel) {
    let findings = Self.sound(published).findings()
    #expect(findings.isEmpty, "\(published.name): \(findings.map { "\($0.rule.id) \($0.place) \($0.message)" })")
  }

  @Test(
    "each of its tensors but the optional ones is missed, and each shape is looked at", arguments: PublishedModel.all)
  func each(_ published: PublishedModel) {
    let sound = Self.sound(published)
    for (index, tensor) in sound.tensors.enumerated() {
      let ending = tensor.name.split(separator: ".").suffix(2).joined(separator: ".")
      var without = sound
      without.tensors.remove(at: index)
      // Without the one matrix, three are looked for in its place.
      let missed = without.findings().filter { $0.rule.id == "GGUF-A016" }
      let isOptional = Self.optional[published.architecture]?.contains(ending) ?? (ending == "output.weight")
      #expect(missed.isEmpty == isOptional, "\(published.name) \(tensor.name)")

      var other = sound
      other.tensors[index].dimensions[0] += 1
      // The architecture's table does not speak of it: its length stands in a key of the tokenizer.
      let found = other.findings().contains { $0.rule.id == "GGUF-A017" && $0.place.tensor == tensor.name }
      #expect(found == (ending != "token_types.weight"), "\(published.name) \(tensor.name)")
    }
  }

  /// Where more than the output matrix may be left out, or not even that.
  private static let optional: [String: Set<String>] = [
    "llama": ["output.weight", "ffn_gate_exps.weight"],
    "gpt-oss": ["attn_q.bias", "attn_k.bias", "attn_v.bias"],
    "bert": [
      "token_types.weight", "attn_q.bias", "attn_k.bias", "attn_v.bias", "attn_output.bias", "ffn_up.bias",
      "ffn_down.bias",
    ],
  ]
}
