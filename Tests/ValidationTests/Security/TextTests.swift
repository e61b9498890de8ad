import GGUF
import TensorCore
import TestSupport
import Testing

@testable import Validation

@Suite("Texts and numbers that a model is not to have")
struct SecurityTextTests {
  @Test(
    "letters, emoji and their joiners are shown",
    arguments: ["größe 重み\n\t", "👩‍👩‍👧 ❤️ 1️⃣", "می‌خواهم", "<｜begin▁of▁sentence｜>", "नमस्ते"])
  func visible(_ text: String) {
    #expect(HiddenCharacters(text).descriptions.isEmpty)
  }

  @Test(
    "what is not shown is counted by kind",
    arguments: [
      ("a\u{200B}b\n\u{2060}", "2 characters without a width, the first U+200B in line 1"),
      ("\n\u{202E}", "1 characters that change the direction of writing, the first U+202E in line 2"),
      ("\u{1B}[0m\u{0}", "2 control characters, the first U+001B in line 1"),
      (
        "a\u{FE0F}\u{FE01}",
        "2 tag characters or variation selectors, which can carry a text that is not shown, the first U+FE0F in line 1"
      ),
      ("a\u{200D}b", "1 characters without a width, the first U+200D in line 1"),
    ])
  func hidden(_ text: String, _ expected: String) {
    #expect(HiddenCharacters(text).descriptions == [expected])
  }

  @Test("paths that lead out of a folder are told from names")
  func paths() {
    for name in ["blk.0.attn_q.weight", "a/b", "..", "a..b", "/", "C:", "MIT", "a/..b/c", "x\\y"] {
      #expect(SuspiciousPath(name) == nil, "\(name)")
    }
    #expect(SuspiciousPath("../x") == .parent)
    #expect(SuspiciousPath("a\\..\\x") == .parent)
    #expect(SuspiciousPath("/etc/passwd") == .absolute)
    #expect(SuspiciousPath("~/.ssh") == .home)
    #expect(SuspiciousPath("c:\\x") == .drive)
    #expect(SuspiciousPath("\\\\server\\share") == .backslash)
  }

  private static func findings(_ builder: GGUFBuilder) throws -> [ValidationFinding] {
    let folder = try TemporaryFolder()
    let path = try folder.write("a.gguf", builder.build())
    return try Validator(options: ValidationOptions(checksPayload: false), profile: .spec).validate(path)
      .findings.findings.filter { $0.rule.id.hasPrefix("GGUF-X") }
  }

  @Test("a template that is longer than what is looked into is cut off, and said to be")
  func longTemplate() throws {
    var builder = GGUFBuilder.small()
    builder.add("tokenizer.chat_template", .string("{{ x.__class__ }}{{ '" + String(repeating: "a", count: 5 << 20)))
    let found = try Self.findings(builder)
    #expect(Set(found.map(\.rule.id)) == ["GGUF-X001", "GGUF-X008"])
    #expect(
      found.contains {
        $0.message == "5242901 bytes, expected 1048576 at most; only the first 4194304 were looked into"
      })
  }

  @Test("a string, and a count, out of proportion are found")
  func proportions() throws {
    var builder = GGUFBuilder.small()
    builder.add("general.description", .string(String(repeating: "a", count: 5 << 20)))
    for number in 0..<10_000 { builder.add("k\(number)", .u8(0)) }
    let found = try Self.findings(builder)
    #expect(Set(found.map(\.rule.id)) == ["GGUF-X016", "GGUF-X017"])
  }

  @Test("a header that is larger than the data is found where it is very large")
  func header() throws {
    for (header, data, isFound) in [(33 << 20, 1 << 20, true), (33 << 20, 34 << 20, false), (1 << 20, 0, false)] {
      let tensor = TensorDescription(
        name: "w", elementType: .i8, shape: try #require(Shape(checking: [UInt64(data)])), offset: header,
        byteCount: data)
      let model = ValidatedModel(
        format: .gguf, files: [SourceFile(path: "a", size: header + data)], metadata: GGUFMetadata(), tensors: [tensor],
        isWhole: true, headerBytes: header)
      var findings = FindingList(profile: .spec)
      HeaderProportion.check(model, &findings)
      #expect(!findings.findings.isEmpty == isFound)
    }
  }

  @Test("a file that unpacks to more than a thousand times its size is found")
  func compression() {
    for (size, unpacked, isFound) in [(1000, 20 << 20, true), (1 << 20, 20 << 20, false), (10, 20_000, false)] {
      let model = ValidatedModel(
        format: .gguf, files: [SourceFile(path: "a", size: size, unpackedSize: unpacked)], metadata: GGUFMetadata(),
        tensors: [], isWhole: true, headerBytes: 0)
      var findings = FindingList(profile: .spec)
      CompressionRatio.check(model, &findings)
      #expect(!findings.findings.isEmpty == isFound)
    }
  }
}
