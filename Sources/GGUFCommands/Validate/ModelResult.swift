internal import TensorCore
internal import Validation

/// What became of one model that was to be validated.
struct ModelResult: Sendable {
  enum Outcome: Sendable {
    case report(ModelReport)
    /// The system did not let it be read.
    case unreadable(Failure)
  }

  /// As the user named it, or as it was found.
  let path: String
  let profile: Profile
  /// Paths of the configurations that hold of it.
  let configurations: [String]
  let outcome: Outcome

  var report: ModelReport? { if case .report(let report) = outcome { report } else { nil } }
  var failure: Failure? { if case .unreadable(let failure) = outcome { failure } else { nil } }
}

/// What became of all models, and how much of it is shown.
struct ValidationResults: Sendable {
  /// In the order of the arguments.
  let models: [ModelResult]
  /// Findings below it are counted and not shown.
  let floor: Severity
  /// How many findings of one rule in one model are shown; nil for all that are known.
  let maximum: Int?
  /// What was left out, each a sentence without a full stop.
  let remarks: [String]
  let seconds: Double

  /// What is shown of a model.
  func groups(_ report: ModelReport) -> [RuleFindings] { report.findings.groups(from: floor, maximum: maximum) }

  /// How many findings of a severity there are in all models, those that are not shown among them.
  func count(_ severity: Severity) -> Int {
    models.lazy.compactMap { $0.report?.findings.bySeverity[severity] }.clampedSum
  }

  /// What the program ends with: where several hold, the gravest.
  var exitCode: FailureCode? {
    var codes = models.compactMap { $0.failure?.code }
    if models.contains(where: { $0.report?.findings.hasErrors ?? false }) { codes.append(.findings) }
    return codes.max { $0.rawValue < $1.rawValue }
  }

  /// Bytes of payload that were looked at.
  var payloadBytes: Int { models.lazy.compactMap { $0.report?.payloadBytes }.clampedSum }

  /// `2 errors, 1 warning in 1 of 3 models`.
  var summary: String {
    let counts = Severity.allCases.reversed().filter { count($0) > 0 }.map {
      Numbers.counted(count($0), $0.rawValue)
    }
    let unreadable = models.count { $0.failure != nil }
    let hit = models.count { !($0.report?.findings.counts.isEmpty ?? true) }
    let all = Numbers.counted(models.count - unreadable, "model")
    var text =
      counts.isEmpty
      ? "nothing found in \(all)"
      : counts.joined(separator: ", ") + " in "
        + (models.count - unreadable == 1 ? all : "\(Numbers.grouped(hit)) of \(all)")
    if models.count == unreadable { text = "no model could be read" }
    if unreadable > 0 && models.count > unreadable { text += ", \(Numbers.grouped(unreadable)) could not be read" }
    return ([text] + remarks).joined(separator: "; ")
  }
}

/// The findings of one rule in one model.
struct RuleFindings: Sendable {
  let rule: Rule
  let severity: Severity
  /// Those that are shown, in the order in which they were found.
  let findings: [ValidationFinding]
  /// How many there are.
  let count: Int

  var hidden: Int { count - findings.count }
}

extension FindingList {
  /// What is shown of it, by severity, the gravest first, and by rule.
  ///
  /// - Parameters:
  ///   - floor: Findings below it are left out.
  ///   - maximum: How many findings of a rule are shown; nil for all that are known.
  func groups(from floor: Severity, maximum: Int?) -> [RuleFindings] {
    var byRule: [Rule: [ValidationFinding]] = [:]
    for finding in findings where finding.severity >= floor { byRule[finding.rule, default: []].append(finding) }
    return byRule.map { rule, findings in
      RuleFindings(
        rule: rule, severity: findings.lazy.map(\.severity).max() ?? .note,
        findings: Array(findings.prefix(maximum ?? findings.count)), count: max(counts[rule.id] ?? 0, findings.count))
    }.sorted { ($1.severity, $0.rule.id) < ($0.severity, $1.rule.id) }
  }
}

extension ValidationFinding.Place {
  /// `tensor "a", block 3, row 1, column 2, byte 640`, with the file in front where there are several; empty where it is
  /// about no place.
  func text(of report: ModelReport) -> String {
    var parts: [String] = []
    if report.files.count > 1, report.files.indices.contains(file) {
      parts.append((report.files[file].path.split(separator: "/").last.map(String.init) ?? "").printable)
    }
    if let tensor { parts.append("tensor \(tensor.quoted(limit: 70))") }
    if let key { parts.append("key \(key.quoted(limit: 70))") }
    if let block { parts.append("block \(block)") }
    if let row { parts.append("row \(row)") }
    if let column { parts.append("column \(column)") }
    if let offset { parts.append("byte \(offset)") }
    return parts.joined(separator: ", ")
  }
}

extension ValidationFinding {
  /// The place and the message, on one line.
  func line(of report: ModelReport) -> String {
    let place = place.text(of: report)
    return (place.isEmpty ? "" : place + ": ") + message.printable
  }
}
