import GGUF
import TensorCore
import TestSupport
import Testing

@Suite("Edits of metadata")
struct MetadataEditTests {
  /// A model with three tokens.
  private static func model() -> GGUFMetadata {
    var metadata = GGUFMetadata()
    metadata["general.architecture"] = .string("llama")
    metadata["general.name"] = .string("Model")
    metadata["llama.context_length"] = .uint32(2048)
    metadata["general.quantization_version"] = .uint32(2)
    metadata["tokenizer.ggml.tokens"] = .array(GGUFArray(["a", "b", "c"]))
    metadata["tokenizer.ggml.scores"] = try? GGUFValue(parsing: "[1,2,3]", as: .array(of: .float32))
    metadata["tokenizer.ggml.bos_token_id"] = .uint32(1)
    metadata["split.no"] = .uint16(0)
    metadata["odd.name"] = .uint64(7)
    return metadata
  }

  private static func assignment(_ text: String) throws -> MetadataEdit.Assignment {
    let equals = try #require(text.firstIndex(of: "="))
    let parts = text[..<equals].split(separator: ":")
    let kind = parts.count > 1 ? GGUFValueKind(name: parts[1]) : nil
    #expect(parts.count < 2 || kind != nil)
    return .init(key: String(parts[0]), kind: kind, text: String(text[text.index(after: equals)...]))
  }

  private static func edit(
    set: [String] = [], remove: [String] = [], rename: [(String, String)] = []
  ) throws -> MetadataEdit {
    MetadataEdit(
      removals: remove, renamings: rename.map { .init(old: $0.0, new: $0.1) }, assignments: try set.map(assignment))
  }

  private static func violation(_ edit: MetadataEdit, of metadata: GGUFMetadata = model()) -> MetadataEditError? {
    do throws(MetadataEditError) {
      _ = try edit.applied(to: metadata, hasQuantizedTensors: true)
      return nil
    } catch {
      return error
    }
  }

  @Test("A key that is there keeps its place and type, one that is new stands at the end")
  func setting() throws {
    let edit = try Self.edit(set: ["new.key:[u8]=[1,2]", "general.name=Other", "llama.context_length=4096"])
    let result = try edit.applied(to: Self.model(), hasQuantizedTensors: true)
    #expect(result.entries.map(\.key) == Self.model().entries.map(\.key) + ["new.key"])
    #expect(result["general.name"] == .string("Other"))
    #expect(result["llama.context_length"] == .uint32(4096))
    #expect(result["new.key"]?.kind == .array(of: .uint8))
    #expect(result["odd.name"] == .uint64(7))
  }

  @Test("Keys are removed first, then renamed, then set; a renamed one keeps its place")
  func order() throws {
    let edit = try Self.edit(
      set: ["general.name=New"], remove: ["general.name"], rename: [("odd.name", "general.name")])
    #expect(Self.violation(edit) == .value(key: "general.name", .notInteger("New", .uint64)))
    let renamed = try Self.edit(set: ["even.name=8"], rename: [("odd.name", "even.name")])
    let result = try renamed.applied(to: Self.model(), hasQuantizedTensors: true)
    #expect(result.entries.last?.key == "even.name" && result["even.name"] == .uint64(8))
    #expect(result["odd.name"] == nil)
  }

  @Test("The changes are what differs, bit for bit")
  func changes() throws {
    var old = Self.model()
    old["a"] = .float32(0)
    var new = old
    new["a"] = .float32(-0.0)
    new["general.name"] = .string("Mode\u{301}l")
    new["odd.name"] = nil
    new["new"] = .bool(true)
    let changes = MetadataChange.changes(from: old, to: new)
    #expect(changes.map(\.key) == ["general.name", "odd.name", "a", "new"])
    #expect(
      changes.map { [$0.before == nil, $0.after == nil] } == [
        [false, false], [false, true], [false, false], [true, false],
      ])
    #expect(MetadataChange.changes(from: old, to: old).isEmpty)
    var (composed, decomposed) = (GGUFMetadata(), GGUFMetadata())
    composed["k"] = .string("\u{E9}")
    decomposed["k"] = .string("e\u{301}")
    #expect(MetadataChange.changes(from: composed, to: decomposed).count == 1)
  }

  @Test("Each rule is an error of its own")
  func rules() throws {
    func expect(
      _ expected: MetadataEditError, set: [String] = [], remove: [String] = [], rename: [(String, String)] = [],
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      #expect(
        try Self.violation(Self.edit(set: set, remove: remove, rename: rename)) == expected,
        sourceLocation: sourceLocation)
    }
    try expect(.keyMissing("nothing"), remove: ["nothing"])
    try expect(.keyMissing("odd.name"), remove: ["odd.name", "odd.name"])
    try expect(.keyMissing("nothing"), rename: [("nothing", "a")])
    try expect(.keyExists("general.name"), rename: [("odd.name", "general.name")])
    try expect(.keyNotLowerSnakeCase("Odd.name"), rename: [("odd.name", "Odd.name")])
    try expect(.keyNotLowerSnakeCase("a..b"), set: ["a..b:u8=1"])
    try expect(.keyNotLowerSnakeCase("a\0b"), set: ["a\0b:u8=1"])
    let long = String(repeating: "k", count: 65_536)
    try expect(.keyTooLong(bytes: 65_536), set: ["\(long):u8=1"])
    try expect(.assignedTwice("odd.name"), set: ["odd.name=1", "odd.name=2"])
    try expect(.typeNotGiven("new"), set: ["new=1"])
    try expect(.value(key: "odd.name", .notInteger("x", .uint64)), set: ["odd.name=x"])
    try expect(
      .wrongType(key: "general.name", expected: [.single(.string)], found: .single(.uint32)),
      set: ["general.name:u32=1"])
    try expect(
      .wrongType(key: "llama.block_count", expected: [.single(.uint32)], found: .single(.uint64)),
      set: ["llama.block_count:u64=1"])
    try expect(
      .wrongType(key: "general.license", expected: [.single(.string)], found: .single(.uint64)),
      rename: [("odd.name", "general.license")])
    try expect(.architectureMissing, remove: ["general.architecture"])
    try expect(.architectureMissing, rename: [("general.architecture", "general.arch")])
    try expect(.architectureMalformed("Llama 3"), set: ["general.architecture=Llama 3"])
    try expect(.architectureMalformed(""), set: ["general.architecture="])
    try expect(
      .architectureLeavesKeys(old: "llama", new: "qwen2", count: 1), set: ["general.architecture=qwen2"])
    try expect(.quantizationVersionMissing, remove: ["general.quantization_version"])
    try expect(.alignment(.alignmentNotPowerOfTwo(48)), set: ["general.alignment:u32=48"])
    try expect(.alignment(.alignmentNotMultipleOf8(4)), set: ["general.alignment:u32=4"])
    try expect(.alignment(.alignmentWrongType("u64")), set: ["general.alignment:u64=32"])
    try expect(.describesSplit("split.no"), set: ["split.no=1"])
    try expect(.describesSplit("split.no"), remove: ["split.no"])
    try expect(
      .countsDiffer(key: "tokenizer.ggml.scores", count: 3, tokens: 2), set: [#"tokenizer.ggml.tokens=["a","b"]"#])
    try expect(
      .countsDiffer(key: "tokenizer.ggml.token_type", count: 1, tokens: 3),
      set: ["tokenizer.ggml.token_type:[i32]=[1]"])
    try expect(.tokensMissing(key: "tokenizer.ggml.scores"), remove: ["tokenizer.ggml.tokens"])
    try expect(
      .tokenOutOfRange(key: "tokenizer.ggml.bos_token_id", id: 3, tokens: 3), set: ["tokenizer.ggml.bos_token_id=3"])
  }

  @Test("What fits the rules is done: keys renamed with their architecture, tokens with their scores")
  func whatFits() throws {
    for edit in try [
      Self.edit(set: ["general.architecture=qwen2"], rename: [("llama.context_length", "qwen2.context_length")]),
      Self.edit(set: [#"tokenizer.ggml.tokens=["a","b"]"#, "tokenizer.ggml.scores=[0,0]"]),
      Self.edit(remove: ["tokenizer.ggml.tokens", "tokenizer.ggml.scores"]),
      Self.edit(set: ["general.alignment:u32=4096"]),
      Self.edit(set: ["tokenizer.ggml.bos_token_id=2"]),
    ] { #expect(Self.violation(edit) == nil) }
    let noBlocks = try Self.edit(remove: ["general.quantization_version"])
    #expect(throws: Never.self) { try noBlocks.applied(to: Self.model(), hasQuantizedTensors: false) }
  }

  @Test("A file that was odd before stays editable, and a key keeps a type that readers do not expect")
  func oddFiles() throws {
    var odd = Self.model()
    odd["general.architecture"] = nil
    odd["general.file_type"] = .uint64(1)
    odd["tokenizer.ggml.scores"] = .array(GGUFArray([UInt64(1)]))
    odd["tokenizer.ggml.bos_token_id"] = .uint32(99)
    #expect(try Self.violation(Self.edit(set: ["general.name=x"]), of: odd) == nil)
    #expect(try Self.violation(Self.edit(set: ["general.file_type=2"]), of: odd) == nil)
  }

  @Test("Random edits leave what they do not name, and the file that is written has the rest")
  func property() throws {
    var generator = SeededGenerator(seed: 21)
    for _ in 0..<200 {
      var metadata = GGUFMetadata()
      for index in 0..<Int.random(in: 1...12, using: &generator) {
        metadata["k.\(index)"] = generator.pick([
          .uint8(7), .string("x"), .float32(1.5), .array(GGUFArray(["a", "b"])),
        ])
      }
      var keys = metadata.entries.map(\.key)
      keys.shuffle(using: &generator)
      let removed = Array(keys.prefix(Int.random(in: 0...2, using: &generator)))
      let renamed = keys.dropFirst(2).prefix(Int.random(in: 0...2, using: &generator)).map { ($0, $0 + ".new") }
      let edit = try Self.edit(set: ["added:i32=-5"], remove: removed, rename: renamed)
      let result = try edit.applied(to: metadata, hasQuantizedTensors: false)
      var expected: [(String, GGUFValue)] = metadata.entries.filter { !removed.contains($0.key) }.map { entry in
        (renamed.first { $0.0 == entry.key }?.1 ?? entry.key, entry.value)
      }
      expected.append(("added", .int32(-5)))
      #expect(result.entries.map(\.key) == expected.map(\.0), "seed \(generator.seed)")
      #expect(result.entries.map(\.value) == expected.map(\.1), "seed \(generator.seed)")
      let folder = try TemporaryFolder()
      let path = try folder.write("a.gguf", GGUFLayout(metadata: result, tensors: []).header)
      #expect(try GGUFFile(path: path).metadata == result, "seed \(generator.seed)")
    }
  }
}
