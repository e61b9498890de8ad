internal import TensorCore
internal import Validation

/// `gguf validate --format json`.
struct ValidationJSON: Encodable {
  let schema = "gguf-validate-1"
  let isGood: Bool
  let counts: Counts
  let models: [Model]
  let rules: [RuleJSON]
  let remarks: [String]
  let seconds: Double

  struct Counts: Encodable {
    let error: Int
    let warning: Int
    let note: Int
  }

  struct Model: Encodable {
    let path: String
    let profile: String
    let configurations: [String]
    var format: String?
    var files: [FileJSON]?
    var tensors: Int?
    var payloadBytes: Int?
    var counts: Counts?
    var findings: [Finding]?
    var hidden: Int?
    var failure: FailureJSON?
  }

  struct FailureJSON: Encodable {
    let message: String
    let exitCode: Int32
  }

  struct Finding: Encodable {
    let rule: String
    let name: String
    let severity: Severity
    let message: String
    let file: Int
    let tensor: String?
    let key: String?
    let offset: Int?
    let block: Int?
    let row: Int?
    let column: Int?

    init(_ finding: ValidationFinding) {
      rule = finding.rule.id
      name = finding.rule.name
      severity = finding.severity
      message = finding.message
      file = finding.place.file
      tensor = finding.place.tensor
      key = finding.place.key
      offset = finding.place.offset
      block = finding.place.block
      row = finding.place.row
      column = finding.place.column
    }
  }

  init(_ results: ValidationResults) {
    isGood = results.exitCode == nil
    counts = Counts(error: results.count(.error), warning: results.count(.warning), note: results.count(.note))
    var broken: Set<Rule> = []
    var models: [Model] = []
    for model in results.models {
      var document = Model(path: model.path, profile: model.profile.rawValue, configurations: model.configurations)
      switch model.outcome {
      case .unreadable(let failure):
        document.failure = FailureJSON(message: failure.message, exitCode: failure.code.rawValue)
      case .report(let report):
        let groups = results.groups(report)
        broken.formUnion(groups.map(\.rule))
        let found = report.findings
        document.format = report.format
        document.files = report.files.map { FileJSON($0) }
        document.tensors = report.tensorCount
        document.payloadBytes = report.payloadBytes
        document.counts = Counts(
          error: found.bySeverity[.error] ?? 0, warning: found.bySeverity[.warning] ?? 0,
          note: found.bySeverity[.note] ?? 0)
        document.findings = groups.flatMap(\.findings).map(Finding.init)
        document.hidden = found.counts.values.clampedSum - groups.lazy.map(\.findings.count).clampedSum
      }
      models.append(document)
    }
    self.models = models
    rules = broken.sorted { $0.id < $1.id }.map { RuleJSON($0) }
    remarks = results.remarks
    seconds = results.seconds
  }
}

/// A rule.
struct RuleJSON: Encodable {
  let id: String
  let name: String
  let demand: String
  let reason: String
  let remedy: String
  let severity: [String: Severity]

  init(_ rule: Rule) {
    id = rule.id
    name = rule.name
    demand = rule.demand
    reason = rule.reason
    remedy = rule.remedy
    let levels = Profile.allCases.compactMap { profile in profile.severity(of: rule).map { (profile.rawValue, $0) } }
    severity = Dictionary(levels) { first, _ in first }
  }
}
