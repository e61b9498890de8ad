internal import TensorCore
internal import Validation

/// What validation found as JUnit's XML, as CI servers read it: a test suite a model, in it a test case for each rule that
/// is broken and one for all others.
struct JUnitReport {
  private let results: ValidationResults

  init(_ results: ValidationResults) { self.results = results }

  func rendered() -> String {
    let suites = results.models.map(suite)
    let (tests, failures, errors) = suites.reduce((0, 0, 0)) { ($0.0 + $1.tests, $0.1 + $1.failures, $0.2 + $1.errors) }
    return #"<?xml version="1.0" encoding="UTF-8"?>"# + "\n"
      + "<testsuites name=\"gguf validate\" tests=\"\(tests)\" failures=\"\(failures)\" errors=\"\(errors)\">\n"
      + suites.map(\.text).joined() + "</testsuites>\n"
  }

  private struct Suite {
    var text = ""
    var tests = 0
    var failures = 0
    var errors = 0
  }

  private func suite(_ model: ModelResult) -> Suite {
    var suite = Suite()
    let name = Self.escaped(model.path.printable)
    var cases = ""
    switch model.outcome {
    case .unreadable(let failure):
      (suite.tests, suite.errors) = (1, 1)
      cases =
        "    <testcase classname=\"\(name)\" name=\"can be read\">\n"
        + "      <error message=\"\(Self.escaped(failure.message.printable))\" type=\"unreadable\"/>\n    </testcase>\n"
    case .report(let report):
      let groups = results.groups(report)
      for group in groups {
        suite.tests += 1
        if group.severity == .error { suite.failures += 1 }
        cases += testCase(group, report, name)
      }
      suite.tests += 1
      cases += "    <testcase classname=\"\(name)\" name=\"all \(groups.isEmpty ? "" : "other ")rules\"/>\n"
    }
    suite.text =
      "  <testsuite name=\"\(name)\" tests=\"\(suite.tests)\" failures=\"\(suite.failures)\""
      + " errors=\"\(suite.errors)\">\n\(cases)  </testsuite>\n"
    return suite
  }

  /// A rule whose findings are errors is a test that fails; what else is found stands in the output of one that passes.
  private func testCase(_ group: RuleFindings, _ report: ModelReport, _ model: String) -> String {
    var lines = group.findings.map { $0.line(of: report) }
    if group.hidden > 0 { lines.append("and \(Numbers.grouped(group.hidden)) more") }
    let body = Self.escaped("\(group.severity.rawValue): \(group.rule.demand)\n" + lines.joined(separator: "\n"))
    let content =
      group.severity == .error
      ? "<failure message=\"\(Self.escaped(lines.first ?? ""))\" type=\"\(group.rule.id)\">\(body)</failure>"
      : "<system-out>\(body)</system-out>"
    return "    <testcase classname=\"\(model)\" name=\"\(group.rule.id) \(group.rule.name)\">\n"
      + "      \(content)\n    </testcase>\n"
  }

  /// A text for the content of an element or an attribute in double quotes; what XML 1.0 does not have is left out.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\t", "\n": escaped.unicodeScalars.append(scalar)
      case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value & 0xFFFE == 0xFFFE: break
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
