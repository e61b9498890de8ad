import Foundation
import GGUF
import TestSupport
import Testing

@testable import Validation

@Suite("Every rule that a file breaks is found, not only the first")
struct AllViolationsTests {
  /// Names of the structure's rules, each once, in order; with places.
  static func findings(_ bytes: [UInt8], as name: String) throws -> [ValidationFinding] {
    let folder = try TemporaryFolder()
    let path = try folder.write(name, bytes)
    return try findings(path)
  }

  static func findings(_ path: String) throws -> [ValidationFinding] {
    let report = try Validator(options: ValidationOptions(checksPayload: false), profile: .strict).validate(path)
    let structure = Set(
      (FileRules.all + HeaderRules.all + KeyRules.all + TensorInfoRules.all + LayoutRules.all + SetRules.all
        + SafetensorsRules.all).map(\.id))
    return report.findings.findings.filter { structure.contains($0.rule.id) }
  }

  static func names(_ findings: [ValidationFinding]) -> [String] {
    var seen: Set<String> = []
    return findings.map(\.rule.name).filter { seen.insert($0).inserted }
  }

  @Test("keys, values, names and types that are wrong are all found, and what follows them is read")
  func metadataAndInfos() throws {
    var builder = GGUFBuilder()
    builder.add("general.architecture", .string("llama"))
    builder.add("General.Upper", .u8(1))
    builder.add("", .u8(1))
    builder.add("a\u{0}b", .u8(1))
    builder.pairs.append(.init(key: [0xFF], value: .u8(1)))
    builder.add("twice", .u8(1))
    builder.add("twice", .u8(2))
    builder.add("b", .bool(7))
    builder.add("s", .bytes([0xC3]))
    builder.add("nested", .array(of: 9, [.array(of: 4, [.u32(1)])]))
    builder.add("general.alignment", .u32(48))
    builder.addTensor("", [4], type: 0, payload: [UInt8](repeating: 0, count: 16))
    builder.addTensor("../up", [4], type: 0, payload: [UInt8](repeating: 0, count: 16))
    builder.addTensor("n\u{0}l", [4], type: 0, payload: [UInt8](repeating: 0, count: 16))
    builder.addTensor(String(repeating: "x", count: 64), [4], type: 0, payload: [UInt8](repeating: 0, count: 16))
    builder.addTensor(String(repeating: "y", count: 65), [4], type: 0, payload: [UInt8](repeating: 0, count: 16))
    builder.addTensor("removed", [32], type: 4, payload: [UInt8](repeating: 0, count: 32))
    builder.addTensor("unknown", [32], type: 99, payload: [UInt8](repeating: 0, count: 32))
    builder.addTensor("zero", [0], type: 0, payload: [])
    builder.addTensor("five", [1, 1, 1, 1, 4], type: 0, payload: [UInt8](repeating: 0, count: 16))
    builder.addTensor("none", [], type: 0, payload: [UInt8](repeating: 0, count: 4))
    builder.addTensor("ragged", [31], type: 8, payload: [UInt8](repeating: 0, count: 34))
    builder.addTensor("large", [1 << 62, 4], type: 0, payload: [])
    builder.addTensor("far", [4], type: 0, payload: [], offset: .max)
    builder.addTensor("twin", [4], type: 0, payload: [UInt8](repeating: 0, count: 16))
    builder.addTensor("twin", [4], type: 0, payload: [UInt8](repeating: 0, count: 16))
    let found = try Self.findings(builder.build(), as: "all.gguf")
    let expected: Set<String> = [
      "key-grammar", "key-empty", "key-with-nul", "key-not-utf-8", "key-twice", "bool", "string-not-utf-8",
      "array-nested", "alignment-not-a-power-of-two", "tensor-name-empty", "tensor-name-is-path",
      "tensor-name-with-nul", "tensor-name-of-64-bytes", "tensor-name-too-long", "element-type-removed",
      "element-type-unknown", "dimension-zero", "too-many-dimensions", "no-dimensions", "row-not-whole-blocks",
      "shape-too-large", "extent-too-large", "tensor-twice",
    ]
    #expect(Set(Self.names(found)) == expected)
    #expect(found.first { $0.rule.name == "bool" }?.place.key == "b")
    #expect(found.first { $0.rule.name == "element-type-removed" }?.place.tensor == "removed")
    #expect(found.allSatisfy { $0.severity != .warning })
  }

  @Test("overlap, disorder, misalignment, padding, data that is cut off: each tensor's own")
  func layout() throws {
    var builder = GGUFBuilder()
    builder.add("general.architecture", .string("llama"))
    builder.headerPadding = 1
    builder.dataPadding = 2
    builder.addTensor("a", [40], type: 0, payload: [UInt8](repeating: 0, count: 160))
    builder.addTensor("b", [5], type: 0, payload: [UInt8](repeating: 0, count: 20), offset: 128)
    builder.addTensor("c", [5], type: 0, payload: [UInt8](repeating: 0, count: 20), offset: 36)
    builder.addTensor("d", [5], type: 0, payload: [UInt8](repeating: 0, count: 20), offset: 1 << 20)
    let found = try Self.findings(builder.build(), as: "layout.gguf")
    #expect(
      Set(Self.names(found)) == [
        "overlap", "tensor-order", "offset-unaligned", "data-cut-off", "header-padding", "gap",
      ])
    #expect(Set(found.filter { $0.rule.name == "overlap" }.map(\.place.tensor)) == ["b", "c"])
    #expect(found.first { $0.rule.name == "tensor-order" }?.place.tensor == "c")

    builder = .small()
    builder.headerPadding = 1
    builder.dataPadding = 2
    builder.trailing = [UInt8](repeating: 3, count: 40)
    #expect(
      Set(Self.names(try Self.findings(builder.build(), as: "padding.gguf"))) == [
        "trailing-bytes", "header-padding", "padding",
      ])
  }

  @Test("entries of safetensors that are wrong are all found")
  func safetensors() throws {
    var builder = SafetensorsBuilder()
    builder.metadata = "{\"a\": 1}"
    for name in ["dtype", "shape", "offsets", "unknown", "extent", "reversed", "beyond", "list", "large", "good"] {
      builder.add(name, "F32", [2], byteCount: 8)
    }
    builder.set("dtype", of: "dtype", to: nil)
    builder.set("shape", of: "shape", to: "\"2\"")
    builder.set("data_offsets", of: "offsets", to: "[1]")
    builder.set("dtype", of: "unknown", to: "\"f32\"")
    builder.set("shape", of: "extent", to: "[3]")
    builder.set("data_offsets", of: "reversed", to: "[8, 0]")
    builder.set("data_offsets", of: "beyond", to: "[800, 808]")
    builder.set("shape", of: "large", to: "[9223372036854775807, 3]")
    let found = try Self.findings(builder.build(), as: "all.safetensors")
    #expect(
      found.map { "\($0.rule.name) \($0.place.tensor ?? "")" } == [
        "metadata-not-strings ", "tensor-entry shape", "tensor-entry dtype", "tensor-entry offsets",
        "dtype-unknown unknown", "data-extent extent", "data-offsets reversed", "data-offsets beyond",
        "tensor-too-large large",
      ])
  }

  @Test(
    "what is wrong with a set of files is found at the file that says it",
    arguments: [
      ("gguf-split-count-differs/model-00002-of-00003.gguf", "part-count", 2),
      ("gguf-split-first-missing/model-00002-of-00003.gguf", "part-missing", 0),
      ("gguf-split-name-differs/model-00002-of-00003.gguf", "part-name", 0),
      ("gguf-split-name-differs/model-00001-of-00003.gguf", "part-count", 1),
      ("gguf-split-number-missing/model-00002-of-00003.gguf", "part-number", 2),
      ("gguf-split-number-taken/model-00002-of-00003.gguf", "part-number", 2),
      ("gguf-split-number-out-of-range.gguf", "part-number", 0),
      ("gguf-split-part-missing/model-00002-of-00003.gguf", "part-missing", 0),
      ("gguf-split-tensor-count-differs/model-00002-of-00003.gguf", "split-tensor-count", 0),
      ("gguf-split-tensor-twice/model-00002-of-00003.gguf", "tensor-in-two-parts", 2),
      ("safetensors-index-missing-shard/model.safetensors.index.json", "shard-missing", 1),
      ("safetensors-index-not-json/model.safetensors.index.json", "index", 0),
      ("safetensors-index-shard-absolute-path/model.safetensors.index.json", "shard-outside-folder", 2),
      ("safetensors-index-shard-cut-off/model.safetensors.index.json", "data-offsets", 1),
      ("safetensors-index-tensor-in-two-shards/model.safetensors.index.json", "tensor-in-two-shards", 1),
      ("safetensors-index-tensor-in-other-shard/model.safetensors.index.json", "index-disagrees", 1),
      ("safetensors-index-tensor-not-in-index/model.safetensors.index.json", "index-disagrees", 1),
      ("safetensors-index-total-size-wrong/model.safetensors.index.json", "index-total-size", 2),
      ("safetensors-index-total-size-negative/model.safetensors.index.json", "index-total-size", 2),
    ])
  func sets(_ sample: String, rule: String, file: Int) throws {
    let found = try Self.findings(Repository.path("samples/malformed/" + sample))
    #expect(found.contains { $0.rule.name == rule && $0.place.file == file }, "\(found)")
  }

  @Test("more violations than are told apart are an error, with how many there are, whatever the profile says of them")
  func flood() throws {
    var builder = GGUFBuilder()
    builder.add("general.architecture", .string("imatrix"))
    builder.add("general.type", .string("imatrix"))
    for number in 0..<(GGUFSurvey.mostViolations + 5) { builder.add("A.\(number)", .u8(1)) }
    let folder = try TemporaryFolder()
    let path = try folder.write("flood.gguf", builder.build())
    let report = try Validator(options: ValidationOptions(checksPayload: false), profile: .llamaCpp).validate(path)
    let errors = report.findings.findings.filter { $0.severity == .error }
    #expect(errors.map(\.rule.id) == ["GGUF-F003"])
    #expect(errors.first?.message == "5 more than the 10,000 violations that are told apart")
  }

  @Test("so of safetensors")
  func floodOfSafetensors() throws {
    var builder = SafetensorsBuilder()
    for number in 0..<10_002 {
      builder.add("t\(number)", "F32", [1], byteCount: 4)
      builder.set("dtype", of: "t\(number)", to: "\"f32\"")
    }
    let found = try Self.findings(builder.build(), as: "flood.safetensors")
    #expect(found.last?.rule.id == "GGUF-F003")
    #expect(found.last?.message == "2 more than the 10,000 violations that are told apart")
  }
}
