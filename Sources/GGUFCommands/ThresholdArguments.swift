internal import ArgumentParser
internal import TensorCore
internal import Verification

/// `--fail-above`: what a file may not lose.
struct ThresholdArguments: ParsableArguments {
  @Option(
    name: .customLong("fail-above"),
    help: ArgumentHelp(
      """
      Exit with 1 where a tensor loses more: [SELECTOR:]METRIC=VALUE[,METRIC=VALUE...], or @FILE with a rule a line. \
      SELECTOR is a type, /REGEX/ (names) or model (the whole file); every tensor without. METRIC is \
      \(ThresholdMetric.allCases.map(\.rawValue).joined(separator: ", ")); sqnr and cosine fail below VALUE. Repeatable.
      """, valueName: "rule"), transform: ThresholdArgument.init)
  var arguments: [ThresholdArgument] = []

  /// The rules, of files too.
  func thresholds() throws(Failure) -> Thresholds {
    var rules: [ThresholdRule] = []
    for argument in arguments { rules += try argument.rules() }
    return Thresholds(rules)
  }

  /// Holds a report against the rules, and says which of them were about nothing.
  static func check(_ report: inout VerificationReport, _ thresholds: Thresholds) {
    for sentence in report.check(thresholds) { StandardError.write("gguf: warning: --fail-above \(sentence)\n") }
  }
}

/// A rule, or a file of them.
enum ThresholdArgument {
  case rules([ThresholdRule])
  case file(String)

  init(_ argument: String) throws {
    if argument.first == "@" {
      let path = String(argument.dropFirst())
      if path.isEmpty { throw ValidationError("expected @FILE, found \"@\"") }
      self = .file(path)
      return
    }
    do throws(ThresholdError) {
      self = .rules(try ThresholdRule.parse(argument, pattern: Self.matcher))
    } catch {
      throw ValidationError(error.description)
    }
  }

  private static func matcher(_ regex: String) throws -> (String) -> Bool {
    let pattern = try NamePattern(regex)
    return { pattern.matches($0) }
  }

  func rules() throws(Failure) -> [ThresholdRule] {
    switch self {
    case .rules(let rules): return rules
    case .file(let path): return try Self.rules(inFile: path)
    }
  }

  private static func rules(inFile path: String) throws(Failure) -> [ThresholdRule] {
    let bytes = try SmallFile.read(path, limit: ThresholdFile.byteLimit)
    do throws(ThresholdFile.Violation) {
      return try ThresholdFile.parse(bytes, pattern: matcher)
    } catch {
      throw Failure("\(path.printable):\(error.line.map { "\($0):" } ?? "") \(error.error)", .badData)
    }
  }
}
