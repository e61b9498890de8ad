import Foundation
import TestSupport
import Testing

@testable import Validation

/// Templates of published models are not in the repository: `CHAT_TEMPLATES` names a folder of them, one a file, as
/// llama.cpp has in `models/templates`.
@Suite("Chat templates of published models")
struct RealTemplateTests {
  private static let folder = ProcessInfo.processInfo.environment["CHAT_TEMPLATES"]

  static func names() throws -> [String] {
    guard let folder else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".jinja") }.sorted()
  }

  @Test("have no error and no warning", .enabled(if: folder != nil), arguments: try names())
  func template(_ name: String) throws {
    let text = String(
      decoding: try Data(contentsOf: URL(fileURLWithPath: "\(try #require(Self.folder))/\(name)")), as: UTF8.self)
    var builder = GGUFBuilder.small()
    builder.add("tokenizer.chat_template", .string(text))
    let folder = try TemporaryFolder()
    let report = try Validator(options: ValidationOptions(), profile: .spec).validate(
      folder.write("a.gguf", builder.build()))
    let found = report.findings.findings.filter { $0.rule.id.hasPrefix("GGUF-X") && $0.severity > .note }
    #expect(found.isEmpty, "\(found.map { "\($0.rule.id) \($0.message)" })")
  }
}
