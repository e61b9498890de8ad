/// What is found in one model: every finding is counted, and the first ones of each rule are kept.
public struct FindingList: Sendable {
  /// A hostile file breaks a rule without end; this many findings of one rule are kept.
  public static let mostOfARule = 1000

  /// In the order in which they were added.
  public private(set) var findings: [ValidationFinding] = []
  /// How many were added of each rule, those that are not kept among them; by the rule's id.
  public private(set) var counts: [String: Int] = [:]
  /// How many were added of each severity, those that are not kept among them.
  public private(set) var bySeverity: [Severity: Int] = [:]

  /// How serious a finding is; nil where nobody wants to know.
  private let severity: @Sendable (Rule, ValidationFinding.Place) -> Severity?

  /// - Parameter severity: How serious it is that a rule is broken at a place; nil to leave the finding out.
  public init(severity: @escaping @Sendable (Rule, ValidationFinding.Place) -> Severity?) { self.severity = severity }

  /// The findings of a profile, as it is.
  public init(profile: Profile) { self.init { rule, _ in profile.severity(of: rule) } }

  /// Adds a finding, if it is one for whoever asked.
  ///
  /// - Parameter message: One sentence, without the names of the file and, where the place has one, of the tensor.
  public mutating func add(
    _ rule: Rule, at place: ValidationFinding.Place = .init(), _ message: @autoclosure () -> String
  ) {
    guard let severity = severity(rule, place) else { return }
    bySeverity[severity, default: 0] += 1
    let before = counts[rule.id, default: 0]
    counts[rule.id] = before + 1
    if before < Self.mostOfARule { findings.append(ValidationFinding(rule, severity, at: place, message())) }
  }

  /// Whether validation fails.
  public var hasErrors: Bool { bySeverity[.error] != nil }
}
