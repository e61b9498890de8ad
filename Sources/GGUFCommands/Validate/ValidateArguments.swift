internal import ArgumentParser
internal import TensorCore
internal import Validation

/// What validation prints.
enum ValidationFormat: String, CaseIterable {
  case text, json, sarif, junit, github

  /// How many findings of one rule in one model are shown where nobody says it; nil for all.
  var usualMaximum: Int? {
    switch self {
    case .text, .github: 5
    case .json, .sarif, .junit: nil
    }
  }
}

/// One of a few words, in any case.
func choice<Choice: CaseIterable & RawRepresentable>(_ argument: String) throws -> Choice
where Choice.RawValue == String {
  guard let choice = Choice(rawValue: argument.lowercased()) else {
    let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
    throw ValidationError("expected one of \(words), found \(argument.quoted(limit: 40))")
  }
  return choice
}

/// The id or name of a rule.
struct RuleArgument {
  let rule: Rule

  init(_ argument: String) throws {
    guard let rule = RuleCatalog.rule(argument) else {
      let hint = RuleCatalog.nearest(to: argument).map { "did you mean \($0)?" }
      throw ValidationError(
        "there is no rule \(argument.quoted(limit: 60)); \(hint ?? "gguf validate --list-rules has them")")
    }
    self.rule = rule
  }
}

/// Which rules are held against models, and how seriously.
struct RuleArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Whom the files have to suit: spec (the documents of the formats), llama.cpp (its loader), strict (both, and warnings \
      are errors). (default: the configuration's, else spec)
      """, valueName: "name"), completion: .list(Profile.allCases.map(\.rawValue)), transform: choice)
  var profile: Profile?

  @Option(
    help: ArgumentHelp(
      "Read this configuration, and none that is beside the files or above them.", valueName: "file"),
    completion: .file(extensions: ["yml", "yaml"]))
  var config: String?

  @Flag(help: "Read no configuration.")
  var noConfig = false

  @Option(
    help: ArgumentHelp("Hold only this rule, by its id or name. Repeatable.", valueName: "rule"),
    transform: RuleArgument.init)
  var rule: [RuleArgument] = []

  @Option(
    help: ArgumentHelp("Leave out this rule, by its id or name. Repeatable.", valueName: "rule"),
    transform: RuleArgument.init)
  var ignoreRule: [RuleArgument] = []

  func validate() throws {
    if config != nil && noConfig { throw ValidationError("--config and --no-config exclude each other") }
    if config?.isEmpty == true { throw ValidationError("the configuration's name is empty") }
    if config == "-" { throw ValidationError("standard input is not read; name a file") }
  }

  /// The rules that are held, by what the configuration says of a model.
  func severity(
    _ configuration: Configuration, ofModelAt path: String
  ) -> @Sendable (Rule, ValidationFinding.Place) -> Severity? {
    let severity = configuration.severity(profile(configuration), ofModelAt: path)
    let only = Set(rule.map(\.rule))
    let ignored = Set(ignoreRule.map(\.rule))
    return { rule, place in
      guard only.isEmpty || only.contains(rule), !ignored.contains(rule) else { return nil }
      return severity(rule, place)
    }
  }

  func profile(_ configuration: Configuration) -> Profile { profile ?? configuration.profile ?? .spec }
}
