import Testing

@testable import Validation

@Suite("Profiles and lists of findings")
struct ProfileTests {
  static let both = Rule("TEST-1", "both", .everywhere(.warning), demand: "", reason: "", remedy: "")
  static let document = Rule("TEST-2", "document", .spec(.error), demand: "", reason: "", remedy: "")
  static let loader = Rule("TEST-3", "loader", .llamaCpp(.note), demand: "", reason: "", remedy: "")

  static let custom = Rule("TEST-4", "custom", .strict(.note), demand: "", reason: "", remedy: "")

  @Test("spec and llama.cpp hold what is theirs; strict holds everything, and makes errors of warnings")
  func severities() {
    #expect(Profile.allCases.map { $0.severity(of: Self.both) } == [.warning, .warning, .error])
    #expect(Profile.allCases.map { $0.severity(of: Self.document) } == [.error, nil, .error])
    #expect(Profile.allCases.map { $0.severity(of: Self.loader) } == [nil, .note, .note])
    #expect(Profile.allCases.map { $0.severity(of: Self.custom) } == [nil, nil, .note])
  }

  @Test("every finding is counted, the first ones of a rule are kept, and what the profile does not hold is left out")
  func counting() {
    var findings = FindingList(profile: .spec)
    for number in 0..<(FindingList.mostOfARule + 5) { findings.add(Self.both, "number \(number)") }
    #expect(!findings.hasErrors)
    findings.add(Self.document, at: .init(tensor: "a"), "x")
    findings.add(Self.loader, "left out")
    #expect(findings.hasErrors)
    #expect(findings.findings.count == FindingList.mostOfARule + 1)
    #expect(findings.counts == ["TEST-1": FindingList.mostOfARule + 5, "TEST-2": 1])
    #expect(findings.bySeverity == [.warning: FindingList.mostOfARule + 5, .error: 1])
  }
}
