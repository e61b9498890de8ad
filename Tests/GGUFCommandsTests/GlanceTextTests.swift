import TensorCore
import Testing

@testable import GGUFCommands
@testable import Validation

@Suite("Findings on the screen of inspect")
struct GlanceTextTests {
  private func text(_ rules: [Rule], each count: Int = 1, path: String = "m.gguf", width: Int? = nil) -> String {
    let findings = rules.flatMap { rule in
      (0..<count).map { (rule, ValidationFinding.Place(key: "key.\($0)"), "found 7") }
    }
    return GlanceText(ValidationOutputTests.report(path, findings), nil).rendered(width: width)
  }

  @Test("a line for each rule, errors first, notes left out")
  func lines() throws {
    let rules = try ["big-endian", "count", "bool"].map(ValidationOutputTests.rule)
    #expect(
      text(rules, each: 3) == """

        findings:
          error GGUF-K013: key "key.0": found 7; and 2 more
          warning GGUF-X017: key "key.0": found 7; and 2 more

        """)
    #expect(text([try ValidationOutputTests.rule("big-endian")]) == "")
  }

  @Test("of very many rules some are shown, and where the others are is said")
  func many() {
    let rules = RuleCatalog.all.filter { Profile.spec.severity(of: $0) == .error }.prefix(11)
    let lines = text(Array(rules), each: 2, path: "a\u{1B}b.gguf").split(separator: "\n")
    #expect(lines.count == 10 && lines.last == "  6 more: gguf validate a\\u{1b}b.gguf")
  }

  @Test("lines fit the terminal")
  func fits() throws {
    let lines = text([try ValidationOutputTests.rule("bool")], width: 30).split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 30 } && lines.count > 2)
  }
}
