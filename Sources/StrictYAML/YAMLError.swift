public import TensorCore

/// Why a file is none of those that are written in YAML: a configuration, a recipe.
public enum YAMLError: FormatViolation, Hashable {
  case tooLarge(limit: Int)
  case tooManyEntries(limit: Int)
  case notUTF8
  case notYAML(line: Int?, problem: String)
  /// An anchor, or text that looks like one: what it stands for could be written a billion times by a few aliases.
  case anchor(line: Int, text: String)
  case tooDeep(line: Int, limit: Int)
  case keyTwice(line: Int, key: String)
  case unknownKey(line: Int, key: String, within: String?, known: [String])
  /// - Parameters:
  ///   - kind: What it would be: `rule`, `type`.
  ///   - hint: What somebody may have meant, or where to look.
  case unknownName(line: Int, kind: String, name: String, hint: String)
  /// - Parameter field: Where the value stands: `require.max-size`.
  case unexpected(line: Int, field: String, expected: String, found: String)
  case badPattern(line: Int, pattern: String, reason: String)
  /// All regular expressions together.
  case patternsTooLarge(limit: Int)

  public var description: String {
    switch self {
    case .tooLarge(let limit): "has more than \(limit) bytes, the longest file of its kind that is read"
    case .tooManyEntries(let limit): "has more than \(limit) lines and entries, the most that are read"
    case .notUTF8: "is not UTF-8"
    case .notYAML(let line, let problem): Self.at(line, "is not YAML: \(problem)")
    case .anchor(let line, let text):
      Self.at(
        line,
        "\(text.quoted(limit: 40)) looks like an anchor of YAML; neither anchors nor aliases are read")
    case .tooDeep(let line, let limit): Self.at(line, "is nested more than \(limit) deep")
    case .keyTwice(let line, let key): Self.at(line, "the key \(key.quoted(limit: 60)) is there twice")
    case .unknownKey(let line, let key, let within, let known):
      Self.at(
        line,
        "there is no key \(key.quoted(limit: 60))" + (within.map { " in \($0)" } ?? "")
          + (Spelling.nearest(to: key, among: known).map { "; did you mean \($0)?" }
            ?? "; the keys are \(known.joined(separator: ", "))"))
    case .unknownName(let line, let kind, let name, let hint):
      Self.at(line, "there is no \(kind) \(name.quoted(limit: 60)); \(hint)")
    case .unexpected(let line, let field, let expected, let found):
      Self.at(line, "\(field): expected \(expected), found \(found)")
    case .badPattern(let line, let pattern, let reason):
      Self.at(line, "\(pattern.quoted(limit: 60)) is not a regular expression: \(reason)")
    case .patternsTooLarge(let limit): "has regular expressions of more than \(limit) steps together"
    }
  }

  private static func at(_ line: Int?, _ text: String) -> String { line.map { "line \($0): \(text)" } ?? text }
}
