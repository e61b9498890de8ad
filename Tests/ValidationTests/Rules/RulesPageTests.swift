import Foundation
import TestSupport
import Testing

@testable import Validation

@Suite("The page of rules")
struct RulesPageTests {
  /// With `RECORD_RULES=1` in the environment (`make rules`) the page is written instead; such a run never passes.
  @Test("formats/rules.md is what the rules say")
  func isUpToDate() throws {
    let path = Repository.path("formats/rules.md")
    if ProcessInfo.processInfo.environment["RECORD_RULES"] == "1" {
      try Data(RulesPage.text.utf8).write(to: URL(fileURLWithPath: path))
      Issue.record("wrote formats/rules.md; run again without RECORD_RULES")
      return
    }
    let page = String(decoding: try Repository.bytes("formats/rules.md"), as: UTF8.self)
    #expect(page == RulesPage.text, "formats/rules.md is not what the rules say: make rules")
  }

  @Test("every rule is on the page, under a heading for its letter")
  func isComplete() {
    #expect(RulesPage.unknownFamilies.isEmpty)
    for rule in RuleCatalog.all { #expect(RulesPage.text.contains("### \(rule.id) \(rule.name)\n")) }
  }
}
