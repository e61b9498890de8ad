import Foundation
import GGUF
import TensorCore
import TestSupport
import Testing

@testable import Validation

@Suite("What the validator finds in headers")
struct ValidatorTests {
  static func ids(_ path: String, _ profile: Profile = .strict) throws -> Set<String> {
    let report = try Validator(options: ValidationOptions(checksPayload: false), profile: profile).validate(path)
    return Set(report.findings.findings.map(\.rule.id))
  }

  @Test("ids and names of rules are unique, and their texts are sentences")
  func catalog() {
    let rules = RuleCatalog.all
    #expect(Set(rules.map(\.id)).count == rules.count)
    #expect(Set(rules.map(\.name)).count == rules.count)
    for rule in rules {
      for text in [rule.demand, rule.reason, rule.remedy] {
        #expect(text.hasSuffix("."), "\(rule.id): \(text)")
      }
      #expect(Profile.strict.severity(of: rule) != nil, "\(rule.id)")
    }
  }
}

/// Every sample that readers refuse has an error, and no sound one has.
@Suite("The validator on the samples")
struct ValidatorSampleTests {
  struct Sample: Decodable, Sendable {
    let file: String
    let refused: Bool?
  }

  static func malformed() throws -> [String] {
    let manifest = Data(try Repository.bytes("samples/malformed/manifest.json"))
    // A raw file is what its description says; there is nothing in it to validate.
    return try JSONDecoder().decode([Sample].self, from: manifest).filter { $0.refused ?? true }.map(\.file)
      .filter { !$0.hasPrefix("raw-") }
  }

  static func valid() throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: Repository.path("samples/valid"))
      .filter { [".gguf", ".safetensors", ".index.json", ".zst"].contains(where: $0.hasSuffix) }
      .filter { !$0.contains(".f32") }.sorted()
  }

  static func report(_ path: String, _ profile: Profile) throws -> ModelReport {
    try Validator(options: ValidationOptions(), profile: profile).validate(Repository.path(path))
  }

  @Test("a malformed sample has an error under the document's profile or llama.cpp's", arguments: try malformed())
  func malformedSample(_ file: String) throws {
    let profiles = [Profile.spec, .llamaCpp]
    #expect(try profiles.contains { try Self.report("samples/malformed/\(file)", $0).findings.hasErrors })
  }

  /// What readers take, and what the document demands of it all the same.
  static let demanded: [String: Set<String>] = [
    "missing-architecture.gguf": ["architecture-missing"], "no-tensors-no-metadata.gguf": ["architecture-missing"],
    // They have numbers of every pattern of bits.
    "dtypes.safetensors": ["weight-not-finite"], "dtypes-fnuz.safetensors": ["weight-not-finite"],
  ]

  @Test(
    "a valid sample has no error under the document's profile, but where the document demands more than readers",
    arguments: try valid())
  func validSample(_ file: String) throws {
    let report = try Self.report("samples/valid/\(file)", .spec)
    let errors = Set(report.findings.findings.filter { $0.severity == .error }.map(\.rule.name))
    #expect(errors == Self.demanded[file] ?? [])
    #expect(report.format != nil && report.tensorCount >= 0)
  }
}
