import Digests
import Foundation
import TensorCore
import TestSupport
import Testing
import ZstandardFrames

@testable import Validation

@Suite("What a configuration demands of a model")
struct ModelDemandsTests {
  private static func model() -> [UInt8] {
    var builder = GGUFBuilder()
    builder.add("general.architecture", .string("llama"))
    builder.add("general.name", .string("Tiny"))
    builder.add("a.number", .u32(2))
    builder.add("a.float", .f32(0.5))
    builder.add("a.list", .array(of: 4, [.u32(1)]))
    builder.addTensor("x", [4], type: 0, payload: Array(repeating: 0, count: 16))
    builder.addTensor("y", [32], type: 8, payload: Array(repeating: 0, count: 34))
    return builder.build()
  }

  /// The rules that a model breaks of a configuration, with the tensor or key.
  private static func broken(
    _ yaml: String, _ name: String = "m.gguf", _ bytes: [UInt8] = model(), checksPayload: Bool = true
  ) throws -> [String] {
    let folder = try TemporaryFolder()
    let path = try folder.write(name, bytes)
    let file = try ConfigurationFile(parsing: Array(yaml.utf8), path: folder.file("c.yml"))
    let report = try Validator(options: ValidationOptions(checksPayload: checksPayload)) { rule, _ in
      rule.id.hasPrefix("GGUF-C") ? .error : nil
    }.validate(path, demands: file.demands)
    return report.findings.findings.map {
      $0.rule.name + ($0.place.tensor ?? $0.place.key).map { " \($0)" }.joined()
    }
  }

  @Test(
    "each demand, met and not met",
    arguments: [
      ("metadata: [general.name, a.list]", []), ("metadata: [general.license]", ["required-key general.license"]),
      ("metadata: {general.name: Tiny, a.number: 2, a.float: 0.50}", []),
      ("metadata: {a.number: 2.0}", []), ("metadata: {a.number: '3'}", ["required-value a.number"]),
      ("metadata: {general.name: tiny}", ["required-value general.name"]),
      ("metadata: {general.name: {matches: '^T.*y$'}}", []),
      ("metadata: {general.name: {matches: '^t'}}", ["required-value general.name"]),
      ("metadata: {a.list: '1'}", ["required-value a.list"]),
      ("metadata: {a.list: {matches: .}}", ["required-value a.list"]),
      ("types: [F32, Q8_0]", []), ("types: [F32]", ["type-not-allowed y"]),
      ("types: [Q4_K]", ["type-not-allowed x", "type-not-allowed y"]),
      ("max-size: 1kB", []), ("max-size: 100", ["model-too-large"]),
    ])
  func demands(_ yaml: String, _ expected: [String]) throws {
    #expect(try Self.broken("require: {\(yaml)}") == expected)
  }

  @Test(
    "each threshold, at its value and below",
    arguments: [
      ("tensors: 2", []), ("tensors: 1", ["tensors-above-threshold"]), ("metadata-keys: 5", []),
      ("metadata-keys: 4", ["metadata-keys-above-threshold"]), ("header-bytes: 1kB", []),
      ("header-bytes: 100", ["header-above-threshold"]),
    ])
  func thresholds(_ yaml: String, _ expected: [String]) throws {
    #expect(try Self.broken("thresholds: {\(yaml)}") == expected)
  }

  @Test("the digest is that of the file's contents, compressed or not, by the first pattern that matches its name")
  func hash() throws {
    let bytes = Self.model()
    let digest = "\(DigestAlgorithm.sha256.digest(of: bytes))"
    let other = String(repeating: "0", count: 64)
    let first = "require: {sha256: {'m*.gguf': \(digest), '*': \(other)}}"
    #expect(try Self.broken(first) == [])
    #expect(try Self.broken(first, "n.gguf") == ["hash-differs"])
    #expect(try Self.broken(first, "m.gguf.zst", compressed(bytes)) == [])
    #expect(try Self.broken("require: {sha256: {'other.gguf': \(other)}}") == [])
    var changed = bytes
    changed[bytes.count - 1] ^= 1
    #expect(try Self.broken(first, "m.gguf", changed) == ["hash-differs"])
    #expect(try Self.broken(first, "m.gguf", changed, checksPayload: false) == [], "headers only")
  }

  @Test("of a file that is cut off nobody says that a key is missing")
  func cutOff() throws {
    let bytes = Array(Self.model().prefix(60))
    #expect(try Self.broken("require: {metadata: [general.license]}", "m.gguf", bytes) == [])
  }
}

extension Optional where Wrapped == String {
  fileprivate func joined() -> String { self ?? "" }
}
