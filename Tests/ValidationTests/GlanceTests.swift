import Checkpoints
import Foundation
import GGUF
import MemoryCheckpoints
import TensorCore
import TestSupport
import Testing

@testable import Validation

@Suite("A glance at a checkpoint that is open")
struct GlanceTests {
  private static let validator = Validator(options: ValidationOptions(), profile: .strict)

  /// Samples that can be opened.
  static func samples() throws -> [String] {
    try ["valid", "malformed", "hostile"].flatMap { folder in
      try FileManager.default.subpathsOfDirectory(atPath: Repository.path("samples/\(folder)")).sorted()
        .filter { [".gguf", ".safetensors", ".index.json", ".zst"].contains(where: $0.hasSuffix) }
        .filter { !$0.hasPrefix("raw-") && !$0.contains(".f32") }.map { "samples/\(folder)/\($0)" }
        .filter { (try? openCheckpoint(at: Repository.path($0))) != nil }
    }
  }

  @Test("finds nothing that validation does not find, and says it in the same words", arguments: try samples())
  func agreement(_ sample: String) throws {
    let path = Repository.path(sample)
    let all = Set(try Self.validator.validate(path).findings.findings.map(Same.init))
    let source = try openCheckpoint(at: path)
    let glance = Self.validator.glance(at: source, named: path)
    let found = Set(glance.findings.findings.map(Same.init))
    #expect(found.isSubset(of: all), "\(found.subtracting(all))")
    #expect(glance.format != nil && glance.files.count == source.files.count)
  }

  /// A finding but for its file: an index is a file of what is validated, and not of what is open.
  private struct Same: Hashable {
    let rule: String
    let message: String
    let tensor: String?
    let key: String?

    init(_ finding: ValidationFinding) {
      (rule, message) = (finding.rule.id, finding.message)
      (tensor, key) = (finding.place.tensor, finding.place.key)
    }
  }

  @Test("headers of GGUF that can be read past have their findings")
  func deviations() throws {
    let source = try openCheckpoint(at: Repository.path("samples/malformed/gguf-cut-in-data.gguf"))
    let found = Self.validator.glance(at: source, named: "x").findings.findings
    #expect(found.contains { $0.rule.id == "GGUF-L003" && $0.place.tensor == "blk.0.attn_q.bias" })
  }

  @Test("what takes the elements of an array to be seen is left for validation")
  func thorough() throws {
    var metadata = SoundModel("llama").metadata
    metadata["tokenizer.ggml.tokens"] = .array(GGUFArray(["a", "a"] + SoundModel.tokens.dropFirst(2)))
    metadata["tokenizer.ggml.scores"] = .floats([.nan])
    let folder = try TemporaryFolder()
    let path = try folder.write("model.gguf", MemoryCheckpoints.gguf(metadata: metadata, []))
    let all = try Self.validator.validate(path).findings.findings.map(\.rule.id)
    let glance = Self.validator.glance(at: try openCheckpoint(at: path), named: path).findings.findings.map(\.rule.id)
    #expect(Set(all).isSuperset(of: ["GGUF-V007", "GGUF-V010", "GGUF-V011"]))
    #expect(glance.contains("GGUF-V010") && !glance.contains("GGUF-V007") && !glance.contains("GGUF-V011"))
  }

  @Test("of raw numbers nothing is said")
  func raw() {
    let source = MemorySource("t", .f32, [1], payload: [0, 0, 0x80, 0x7F])
    let report = Self.validator.glance(at: source, named: "raw.f32")
    #expect(report.format == nil && report.tensorCount == 1 && report.findings.counts.isEmpty)
  }

  @Test(
    "what cannot be read beside a safetensors file is a finding of both",
    arguments: [("config.json", "{"), ("tokenizer_config.json", "[]")])
  func folder(_ name: String, _ text: String) throws {
    let folder = try TemporaryFolder()
    let entry = MemorySource.Entry(name: "w", type: .f32, dimensions: [1], payload: [0, 0, 0x80, 0x3F])
    let path = try folder.write("model.safetensors", MemoryCheckpoints.safetensors([entry]))
    #expect(try Self.validator.validate(path).findings.counts.isEmpty)
    try folder.write("config.json", Array("{}".utf8))
    try folder.write("tokenizer.json", Array("{}".utf8))
    try folder.write(name, Array(text.utf8))
    let source = try openCheckpoint(at: path)
    for found in [try Self.validator.validate(path), Self.validator.glance(at: source, named: path)] {
      #expect(found.findings.findings.map(\.rule.id) == ["SAFE-S008"])
      #expect(found.findings.findings.first?.message.hasPrefix("\(name) cannot be read: ") == true)
    }
  }

  @Test("the data of single tensors is held against what validation holds it against")
  func payload() throws {
    let path = Repository.path("samples/hostile/payload-nan-scales.gguf")
    let source = try openCheckpoint(at: path)
    let all = try Self.validator.validate(path).findings.findings.filter { $0.rule.id.hasPrefix("GGUF-P") }
    #expect(!all.isEmpty)
    #expect(try Self.validator.payloadFindings(of: source.tensors, in: source).findings == all)
    let one = try #require(source.tensors.first { $0.name == all[0].place.tensor })
    let found = try Self.validator.payloadFindings(of: [one], in: source).findings
    #expect(found == all.filter { $0.place.tensor == one.name } && !found.isEmpty)
    #expect(try Self.validator.payloadFindings(of: [], in: source).counts.isEmpty)
  }
}
