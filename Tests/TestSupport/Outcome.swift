public import TensorCore

/// What became of an attempt to read something: made to be compared, and to be legible where a comparison fails.
public enum Outcome<Rule: FormatViolation & Equatable>: Equatable, Sendable {
  case accepted
  /// A rule of the format is broken.
  case breaks(Rule)
  /// The system refused.
  case fails(FileError)
  /// An error that is neither.
  case throwsOther(String)

  /// Whether the attempt ended with a rule or the system, and so not with an error that nobody foresaw.
  public var isForeseen: Bool {
    if case .throwsOther = self { false } else { true }
  }
}

/// Runs `body` and tells which rule it found broken, whether thrown bare or as ``SourceError/invalid(path:_:)``.
public func outcome<Rule: FormatViolation & Equatable>(
  _ rules: Rule.Type = Rule.self, of body: () throws -> Void
) -> Outcome<Rule> {
  do {
    try body()
    return .accepted
  } catch let rule as Rule {
    return .breaks(rule)
  } catch SourceError.invalid(_, let violation) {
    if let rule = violation as? Rule { return .breaks(rule) }
    return .throwsOther(String(describing: violation))
  } catch SourceError.file(let error) {
    return .fails(error)
  } catch let error as FileError {
    return .fails(error)
  } catch {
    return .throwsOther(String(describing: error))
  }
}
