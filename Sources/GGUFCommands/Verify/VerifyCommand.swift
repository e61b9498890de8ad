internal import ArgumentParser
internal import Checkpoints
internal import Conversion
internal import TensorCore
internal import Verification

/// `gguf verify`: what every tensor of a file lost of its source.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Measures what every tensor of a file lost, and checks it against its source.",
    discussion: """
      Both files are read once, side by side; memory does not grow with the model. Tensors are matched by their names, \
      after --rename and --exclude as in the conversion. The exit code is 1 where something is not as it should be: a \
      tensor that is missing or not expected, a weight that is not finite, integers that differ, a block that lost more \
      than its scale allows, bytes that quantizing SOURCE does not give (--exact), a loss above what --fail-above allows.
      """)

  @Argument(help: "The file to verify: what gguf convert or another program made of SOURCE.", completion: .file())
  var file: String

  @Option(
    help: ArgumentHelp(
      "What the file was made of: a .safetensors or .gguf file, a folder, an index, or raw fp32.", valueName: "source"),
    completion: .file())
  var against: String

  @OptionGroup var raw: RawArguments

  @Option(
    help: ArgumentHelp("Do not expect tensors of SOURCE whose names match. Repeatable.", valueName: "regex"),
    transform: NamePattern.init)
  var exclude: [NamePattern] = []

  @Option(
    help: ArgumentHelp(
      "Write TEXT for what matches in the names of SOURCE. Repeatable, applied in order.", valueName: "regex=text"),
    transform: RenameArgument.init)
  var rename: [RenameArgument] = []

  @Option(
    help: ArgumentHelp("What the conversion did with NaN and infinities: error, zero or clamp.", valueName: "policy"))
  var nonfinite = NonFiniteArgument(policy: .error)

  @Flag(help: "Quantize SOURCE again and compare the bytes: whether the file is what SOURCE gives.")
  var exact = false

  @Option(
    help: ArgumentHelp(
      "The weights were rounded to this type before they were quantized, as in a conversion in two steps: F16 or BF16.",
      valueName: "type"), completion: TypeArgument.completion([.f16, .bf16]), transform: TypeArgument.intermediate(_:))
  var via: ElementType?

  @Option(
    help: ArgumentHelp(
      "Also measure the products of the tensors with these activations: a safetensors file, tensors named as the weights.",
      valueName: "file"), completion: .file())
  var activations: String?

  @OptionGroup var failAbove: ThresholdArguments

  @OptionGroup var reports: ReportArguments

  @Flag(help: "Replace reports that exist.")
  var force = false

  @OptionGroup var threads: ThreadArguments

  @OptionGroup var kernels: KernelArguments

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "No progress on standard error.")
  var quiet = false

  func validate() throws {
    try RawArguments.validate(path: file, "the file")
    try RawArguments.validate(path: against, "the source")
  }

  func run() throws {
    let started = ContinuousClock.now
    let thresholds = try failAbove.thresholds()
    let file = try RawArguments.open(self.file)
    var source = try ModelArguments.counterpart(of: file, at: against, raw, excludes: options.excludes)
    try requireSound(file)
    try requireSound(source)
    // Until here a signal ends the program at once: a compressed file may take its time to open.
    Interruption.watch()
    NamePattern.warnOfIdle(exclude.map { ("--exclude", $0) }, names: source.tensors.map(\.name))
    RenameArgument.warnOfIdle(rename, names: source.tensors.map(\.name))
    try reports.check(replaces: force)
    do throws(SourceError) {
      // Norms say what the channels behind them were scaled by.
      if let scales = try ChannelScales(of: file, madeOf: source) { source = ScaledSource(source, scales) }
    } catch {
      throw Failure(error)
    }
    let plan = VerificationPlan(file: file, source: source, options: options)
    let verifier = Verifier(
      plan: plan, file: file, source: source, options: options, activations: try activations(for: plan),
      threads: threads.count, kernels: try kernels.set())
    let outcome = try run(verifier)
    var report = verifier.report(
      outcome, fileName: self.file, sourceName: against, seconds: seconds(ContinuousClock.now - started))
    ThresholdArguments.check(&report, thresholds)
    if json { try JSONOutput.print(report) } else { try StandardOutput.write(VerificationText(report).rendered()) }
    try reports.write(report, replaces: force)
    if report.hasErrors { throw FailureCode.findings }
  }

  /// Opens the activations, and says which of them are not used.
  private func activations(for plan: VerificationPlan) throws(Failure) -> CalibrationActivations? {
    guard let path = activations else { return nil }
    do throws(SourceError) {
      let activations = try CalibrationActivations(at: path, for: plan)
      for tensor in activations.notMeasured {
        StandardError.write(
          "gguf: warning: no products of tensor \(tensor.tensor.quoted()), which \(tensor.reason)\n")
      }
      if let first = activations.unmatched.first {
        let count = activations.unmatched.count
        StandardError.write(
          "gguf: warning: \(path.printable): \(first.quoted())"
            + (count > 1 ? " and \(count - 1) more are" : " is") + " not the name of a tensor that is compared\n")
      }
      return activations
    } catch {
      throw Failure(error)
    }
  }

  private var options: VerificationOptions {
    var options = VerificationOptions()
    let (excludes, renames) = (exclude, rename)
    options.excludes = { name in excludes.contains { $0.matches(name) } }
    options.name = { name in renames.reduce(name) { $1.applied(to: $0) } }
    options.checks.nonFinite = nonfinite.policy
    options.checks.intermediate = via
    options.checks.isExact = exact
    return options
  }

  private func run(_ verifier: Verifier) throws(Failure) -> Verifier.Outcome {
    try LongWork("verifying", total: verifier.workBytes, isSilent: quiet).run { monitor in
      let outcome = try verifier.run(isCancelled: monitor.isCancelled, progress: monitor.progress)
      try monitor.requireGoingOn()
      return outcome
    }
  }
}
