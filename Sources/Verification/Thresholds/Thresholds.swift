internal import TensorCore

/// What a user does not allow a file to lose.
public struct Thresholds {
  public let rules: [ThresholdRule]

  public init(_ rules: [ThresholdRule]) { self.rules = rules }

  /// What came of holding a report against the rules.
  public struct Outcome {
    /// One for every figure that breaks a rule: the tensors' in the order of the file, then the whole file's.
    public let findings: [Finding]
    /// One sentence for each rule that was about nothing: a slip of the pen more often than not.
    public let idle: [String]
  }

  /// Holds the figures of a report against the rules. A tensor without a rule's figure (integers have none) does not break
  /// it; a figure that is not a number does.
  public func check(_ report: VerificationReport) -> Outcome {
    var findings: [Finding] = []
    var selected = [Int](repeating: 0, count: rules.count)
    var judged = selected
    for tensor in report.tensors {
      for (index, rule) in rules.enumerated() where rule.selector.includes(tensor) {
        selected[index] += 1
        guard let value = rule.metric.value(of: tensor) else { continue }
        judged[index] += 1
        if rule.isBroken(by: value) { findings.append(Self.finding(rule, value, tensor)) }
      }
    }
    for (index, rule) in rules.enumerated() {
      guard case .wholeFile = rule.selector else { continue }
      guard let value = report.whole.figures.flatMap(rule.metric.value(of:)) else { continue }
      judged[index] += 1
      if rule.isBroken(by: value) { findings.append(Finding(.threshold, tensor: nil, rule.offence(value))) }
    }
    let idle = zip(rules, zip(selected, judged)).compactMap { rule, counts in
      counts.1 > 0 ? nil : Self.idle(rule, selected: counts.0)
    }
    return Outcome(findings: findings, idle: idle)
  }

  private static func finding(_ rule: ThresholdRule, _ value: Double, _ tensor: VerificationReport.Tensor) -> Finding {
    var finding = Finding(.threshold, tensor: tensor.name, rule.offence(value))
    switch rule.metric {
    case .max:
      finding.row = tensor.figures?.maximumAt?.row
      finding.column = tensor.figures?.maximumAt?.column
    case .row: finding.row = tensor.figures?.worstRow?.row
    default: break
    }
    return finding
  }

  private static func idle(_ rule: ThresholdRule, selected: Int) -> String {
    let reason =
      switch rule.selector {
      case .wholeFile: "no tensor was compared"
      case .type(let type) where selected == 0: "no tensor is \(type.name)"
      case .names where selected == 0: "no tensor's name matches"
      default: "no tensor that it is about has a figure for \(rule.metric.rawValue)"
      }
    return "\(rule.text) decides nothing: \(reason)"
  }
}

extension VerificationReport {
  /// Adds what breaks the rules to the findings.
  ///
  /// - Returns: One sentence for each rule that was about nothing.
  public mutating func check(_ thresholds: Thresholds) -> [String] {
    let outcome = thresholds.check(self)
    add(outcome.findings)
    return outcome.idle
  }
}
