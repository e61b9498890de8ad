internal import ArgumentParser
internal import Checkpoints
internal import FileAccess
internal import TensorCore
internal import Validation

/// `gguf validate`: holds models against rules, and says which they break.
struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Holds models against the rules of their format, and names every one that they break.",
    discussion: """
      Looks at GGUF and safetensors files, shard indices, and these compressed with Zstandard. Exit codes: 0 no errors, 1 a \
      model has errors, 66 or 74 a file could not be read (the others are looked at all the same); where several hold, the \
      largest. A file .gguf-validate.yml beside a model or in a folder above it says what is demanded; formats/validate.md.
      """)

  @Argument(
    help: """
      Files, folders (every .gguf, .safetensors and .index.json in them), and patterns in quotes (*, **, ?, []). Of a set, \
      any file. Also https:// URLs, of which headers only are read.
      """, completion: .file())
  var files: [String] = []

  @OptionGroup var rules: RuleArguments

  @Option(
    help: ArgumentHelp("Fail where the model is not what this file of gguf lock says.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var lock: String?

  @Flag(help: "Read headers only, not the data of tensors, and take no digests that the configuration demands.")
  var noPayload = false

  @Option(
    help: ArgumentHelp("Print text, json, sarif (2.1.0), junit or github (workflow commands).", valueName: "format"),
    completion: .list(ValidationFormat.allCases.map(\.rawValue)), transform: choice)
  var format: ValidationFormat?

  @Flag(help: "Print JSON, as --format json does.")
  var json = false

  @Option(
    name: [.customShort("o"), .long], help: ArgumentHelp("Write the report into this file.", valueName: "file"),
    completion: .file())
  var output: String?

  @Flag(help: "Replace a report that exists.")
  var force = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      Print so many findings of a rule in a model; the exit code counts all. (default: 5 in text and github, else all that \
      are kept, 1000)
      """, valueName: "count"))
  var maxFindings: Int?

  @Option(
    help: ArgumentHelp("Print no findings that are less serious: note, warning, error.", valueName: "severity"),
    completion: .list(Severity.allCases.map(\.rawValue)), transform: choice)
  var severity: Severity = .note

  @OptionGroup var threads: ThreadArguments
  @OptionGroup var kernels: KernelArguments

  @Flag(help: "Neither progress nor how long it took on standard error.")
  var quiet = false

  @Flag(help: "List all rules, and do nothing else.")
  var listRules = false

  @Option(
    help: ArgumentHelp("Say what a rule demands, why, and what to do, and do nothing else.", valueName: "rule"),
    transform: RuleArgument.init)
  var explain: RuleArgument?

  func validate() throws {
    if json, let format, format != .json {
      throw ValidationError("--json and --format \(format.rawValue) exclude each other")
    }
    if let maxFindings, maxFindings < 0 {
      throw ValidationError("--max-findings takes a number from 0 up, not \(maxFindings)")
    }
    if output?.isEmpty == true { throw ValidationError("the report's name is empty") }
    if output == "-" { throw ValidationError("without --output the report goes to standard output") }
    if force && output == nil { throw ValidationError("--force replaces a report; give one with --output") }
    if listRules || explain != nil {
      if !files.isEmpty { throw ValidationError("--list-rules and --explain go without files") }
      return
    }
    if files.isEmpty { throw ValidationError("name files, folders or patterns") }
    for file in files { try RawArguments.validate(path: file, "a file", mayBeURL: true) }
  }

  private var chosenFormat: ValidationFormat { json ? .json : format ?? .text }

  func run() throws {
    if let explain { return try printRule(explain.rule) }
    if listRules { return try printRules() }
    let clock = ContinuousClock()
    let start = clock.now
    let lock = try self.lock.map { path throws(Failure) in try Self.readLock(path) }
    let plan = try ValidationPlan(files, rules, checksPayload: !noPayload)
    if lock != nil && plan.models.count != 1 {
      throw Failure("--lock goes with one model, found are \(plan.models.count)", .usage)
    }
    if lock != nil && plan.remoteFiles != nil {
      throw Failure(
        "--lock reads the data of tensors, and behind a URL only headers are read; download the file", .usage)
    }
    // Nobody who waits for a server looks whether a signal came: it ends the program, which has not written anything yet.
    if plan.remoteFiles == nil { Interruption.watch() }
    if let output { try refuseOutput(output, over: plan) }
    let run = ValidationRun(
      plan: plan, rules: rules, lock: lock,
      options: ValidationOptions(checksPayload: !noPayload, threads: threads.count, kernels: try kernels.set()))
    let total = quiet ? 0 : run.workBytes
    let models = try LongWork("validating", total: total, isSilent: quiet, hasOutput: output != nil).run {
      try run.results($0)
    }
    let results = ValidationResults(
      models: models, floor: severity, maximum: maxFindings ?? chosenFormat.usualMaximum, remarks: remarks(plan),
      seconds: seconds(clock.now - start))
    Interruption.watch()
    try write(results)
    for link in plan.skippedLinks {
      StandardError.write("gguf: warning: \(link.printable): a link out of its folder, not followed\n")
    }
    for failure in models.compactMap(\.failure) { StandardError.write("gguf: \(failure.message)\n") }
    if !quiet { StandardError.write("gguf: \(duration(results, plan))\n") }
    if let code = results.exitCode { throw code }
  }

  /// What was not looked at, so that nobody takes silence for an answer.
  private func remarks(_ plan: ValidationPlan) -> [String] {
    var remarks: [String] = []
    if !rules.rule.isEmpty {
      remarks.append("only \(Set(rules.rule.map(\.rule.id)).sorted().joined(separator: ", ")) was looked for")
    }
    if readsHeadersOnly(plan) {
      remarks.append("the data of tensors was not looked at")
    } else if plan.remoteFiles != nil {
      remarks.append("behind URLs the data of tensors was not looked at")
    }
    return remarks
  }

  /// Whether of no model the data is read.
  private func readsHeadersOnly(_ plan: ValidationPlan) -> Bool {
    noPayload || plan.remoteFiles != nil && plan.models.allSatisfy(\.isRemote)
  }

  private func duration(_ results: ValidationResults, _ plan: ValidationPlan) -> String {
    let models = Numbers.counted(results.models.count { $0.report != nil }, "model")
    let bytes =
      readsHeadersOnly(plan) ? "headers only" : "\(Numbers.bytes(results.payloadBytes)) of tensors"
    return "validated \(models), \(bytes), in \(Numbers.fixed(results.seconds, 2)) s"
  }

  private func write(_ results: ValidationResults) throws {
    guard let output else {
      let terminal = Terminal.current
      return try StandardOutput.write(
        text(
          results, style: TextStyle(hasColours: terminal.hasColours),
          columns: terminal.isTerminal ? terminal.columns : nil))
    }
    try OutputFile.write(
      text(results, style: TextStyle(hasColours: false), columns: nil), to: output, replaces: force)
    try StandardOutput.write("\(output.printable): \(results.summary)\n")
  }

  private func text(_ results: ValidationResults, style: TextStyle, columns: Int?) throws -> String {
    switch chosenFormat {
    case .text: ValidationText(results, style: style, columns: columns).rendered()
    case .json: try JSONOutput.text(ValidationJSON(results))
    case .sarif: try JSONOutput.text(SARIFLog(results, version: GGUFCommand.configuration.version))
    case .junit: JUnitReport(results).rendered()
    case .github: GitHubAnnotations(results).rendered()
    }
  }

  /// Refuses what could not be written later, and what would take the place of a model, before the work begins.
  private func refuseOutput(_ path: String, over plan: ValidationPlan) throws(Failure) {
    if let identity = FileStatus(ofPath: path)?.identity {
      let inputs = plan.files + plan.models.flatMap(\.configuration.files).map(\.path) + [lock].compactMap { $0 }
      if let same = inputs.first(where: { FileStatus(ofPath: $0)?.identity == identity }) {
        throw Failure("\(path.printable): is a file that is read (\(same.printable))", .cannotCreate)
      }
    }
    try OutputFile.check(path, replaces: force)
  }

  private static func readLock(_ path: String) throws(Failure) -> ModelLock {
    let bytes = try SmallFile.read(path, limit: ModelLock.byteLimit)
    do throws(LockError) {
      return try ModelLock(parsing: bytes)
    } catch {
      throw Failure("\(path.printable): \(error)", .badData)
    }
  }

  private func printRule(_ rule: Rule) throws {
    if chosenFormat == .json { return try JSONOutput.print(RuleListJSON([rule])) }
    try StandardOutput.write(RuleText.explanation(rule, columns: min(Terminal.current.columns, 100)))
  }

  private func printRules() throws {
    if chosenFormat == .json { return try JSONOutput.print(RuleListJSON(RuleCatalog.all)) }
    try StandardOutput.write(RuleText.list(RuleCatalog.all))
  }
}

/// `gguf validate --list-rules --json`, and with `--explain` of one rule.
struct RuleListJSON: Encodable {
  let schema = "gguf-validate-rules-1"
  let rules: [RuleJSON]

  init(_ rules: [Rule]) { self.rules = rules.map { RuleJSON($0) } }
}
