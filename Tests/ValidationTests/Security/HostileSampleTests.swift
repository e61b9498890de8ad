import Foundation
import GGUF
import TensorCore
import TestSupport
import Testing

@testable import Validation

/// samples/hostile: files of sound structure that attack whoever loads, shows or renders them.
@Suite("The validator on hostile samples")
struct HostileSampleTests {
  struct Sample: Decodable, Sendable, CustomTestStringConvertible {
    let file: String
    let rules: [String]

    var testDescription: String { file }
    var isPayload: Bool { rules == ["GGUF-P"] }
  }

  static func samples(payload: Bool) throws -> [Sample] {
    let manifest = Data(try Repository.bytes("samples/hostile/manifest.json"))
    return try JSONDecoder().decode([Sample].self, from: manifest).filter { $0.isPayload == payload }
  }

  static func findings(_ sample: Sample) throws -> [ValidationFinding] {
    let validator = Validator(options: ValidationOptions(), profile: .strict)
    return try validator.validate(Repository.path("samples/hostile/\(sample.file)")).findings.findings
  }

  @Test(
    "the rules of security that a sample breaks are those it was made to break", arguments: try samples(payload: false))
  func security(_ sample: Sample) throws {
    let findings = try Self.findings(sample)
    #expect(Set(findings.map(\.rule.id).filter { $0.hasPrefix("GGUF-X") }) == Set(sample.rules))
    for finding in findings where finding.rule.id.hasPrefix("GGUF-X") {
      #expect(!finding.message.hasSuffix("."))
      #expect(finding.message.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0 != "\u{202E}" }, "\(finding.message)")
    }
  }

  @Test("a sample with hostile data has a sound header", arguments: try samples(payload: true))
  func header(_ sample: Sample) throws {
    let structure = try Self.findings(sample).filter {
      "FHKTLSX".contains($0.rule.id.dropFirst(5).prefix(1)) && $0.rule.name != "element-type-private"
    }
    #expect(structure.isEmpty, "\(structure)")
  }

  @Test(
    "each tensor of hostile data has its finding", .enabled(if: !PayloadRules.all.isEmpty),
    arguments: try samples(payload: true))
  func payload(_ sample: Sample) throws {
    let path = Repository.path("samples/hostile/\(sample.file)")
    let report = try Validator(options: ValidationOptions(), profile: .strict).validate(path)
    let found = Set(report.findings.findings.filter { $0.rule.id.hasPrefix("GGUF-P") }.compactMap(\.place.tensor))
    #expect(found.count == report.tensorCount, "found in \(found.sorted()) only, of \(report.tensorCount) tensors")
  }

  @Test("the samples have every type of blocks")
  func types() throws {
    let found = Set(
      try ["nan", "nf4"].flatMap {
        try GGUFFile(path: Repository.path("samples/hostile/payload-\($0)-scales.gguf")).tensors.map(\.elementType)
      })
    #expect(Set(ElementType.allCases.filter { $0.kind == .quantized }).subtracting(found).isEmpty)
  }
}
