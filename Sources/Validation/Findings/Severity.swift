/// How serious it is that a rule is broken.
public enum Severity: String, Sendable, Hashable, CaseIterable, Comparable, Encodable {
  /// Worth knowing; nothing has to be done.
  case note
  /// The file may be what it should be, and somebody should look.
  case warning
  /// The file is not what it should be: validation fails.
  case error

  public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .note: 0
    case .warning: 1
    case .error: 2
    }
  }
}
