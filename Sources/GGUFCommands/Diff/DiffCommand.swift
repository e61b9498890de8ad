internal import ArgumentParser
internal import Checkpoints
internal import Inspection
internal import TensorCore

/// `gguf diff`: what changed from one checkpoint to another.
struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Shows what changed from one checkpoint to another: metadata, tensors, weights.",
    discussion: """
      Formats and types may differ. Tensors are matched by their names. Those of one type are held against each other \
      byte by byte; of those that differ, or have another type, the weights are compared: the error of B relative to the \
      weights of A, by layer and by kind. Both are streamed; memory does not grow with the model.

      The exit code is 1 where metadata, the tensors, their shapes, types or contents differ, and 0 where only the way \
      differs in which they are stored: the format, byte order, alignment, number of files, order of tensors. Metadata is \
      compared between checkpoints of one format.

      Either of A and B may be raw fp32 numbers, which --raw-tensor or --description then describes.
      """)

  @Argument(help: "A .safetensors or .gguf file, a folder, an index, or raw fp32.", completion: .file())
  var a: String

  @Argument(help: "What A is compared with, the same kinds of things.", completion: .file())
  var b: String

  @OptionGroup var raw: RawArguments

  @Option(
    help: ArgumentHelp(
      "Do not compare metadata and tensors whose keys and names match. Repeatable.", valueName: "regex"),
    transform: NamePattern.init)
  var ignore: [NamePattern] = []

  @Option(
    help: ArgumentHelp(
      "Write TEXT for what matches in the names of A's tensors. Repeatable, applied in order.", valueName: "regex=text"),
    transform: RenameArgument.init)
  var rename: [RenameArgument] = []

  @Flag(help: "Compare metadata only; no data is read.")
  var metadataOnly = false

  @Flag(help: "Compare tensors only.")
  var tensorsOnly = false

  @Flag(help: "Say in one line whether and where they differ, and do not measure how far.")
  var brief = false

  @Flag(help: "Name everything that differs, however long the lists become.")
  var all = false

  @OptionGroup var threads: ThreadArguments

  @OptionGroup var kernels: KernelArguments

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "No progress on standard error.")
  var quiet = false

  func validate() throws {
    try RawArguments.validate(path: a, "A")
    try RawArguments.validate(path: b, "B")
    if metadataOnly && tensorsOnly {
      throw ValidationError("--metadata-only and --tensors-only leave nothing to compare; give one of them")
    }
    if brief && all { throw ValidationError("--brief and --all contradict each other; give one of them") }
  }

  func run() throws {
    let kernels = try kernels.set()
    let (a, b) = try open()
    try requireSound(a)
    try requireSound(b)
    Interruption.watch()
    let plan = metadataOnly ? nil : ComparisonPlan(a, b, options: options)
    let metadata =
      tensorsOnly ? .notAsked : CheckpointComparison.metadata(a, b, ignores: options.ignores)
    warnOfIdlePatterns(a, b)
    var changed: [Int] = []
    var differences: [Int: TensorDifference] = [:]
    if let plan {
      let comparer = CheckpointComparer(plan: plan, a: a, b: b, threads: threads.count, kernels: kernels)
      (changed, differences) = try compare(comparer)
    }
    let comparison = CheckpointComparison(
      a: CheckpointFacts(a, name: self.a), b: CheckpointFacts(b, name: self.b), metadata: metadata, plan: plan,
      changed: changed, differences: differences)
    if json {
      try JSONOutput.print(DiffDocument(comparison))
    } else {
      let text = brief ? DiffSummary(comparison).line : DiffText(comparison, limit: all ? .max : 10).rendered()
      try StandardOutput.write(text)
    }
    if comparison.isDifferent { throw FailureCode.findings }
  }

  private var options: ComparisonOptions {
    var options = ComparisonOptions()
    let (ignores, renames) = (ignore, rename)
    options.ignores = { name in ignores.contains { $0.matches(name) } }
    options.name = { name in renames.reduce(name) { $1.applied(to: $0) } }
    return options
  }

  /// Opens A and B: as raw numbers what is neither of another format, where the command line says what they are.
  private func open() throws(Failure) -> (any TensorSource, any TensorSource) {
    var sources: [any TensorSource] = []
    for path in [a, b] {
      do throws(SourceError) {
        sources.append(try openCheckpoint(at: path))
      } catch {
        guard raw.isGiven, case .invalid(_, let reason) = error, reason is UnreadableCheckpoint else {
          throw Failure(error)
        }
        sources.append(try raw.open(path))
      }
    }
    if raw.isGiven && !sources.contains(where: { $0.formatName == "raw fp32" }) {
      throw Failure("--raw-tensor and --description describe raw fp32 numbers, and neither A nor B is such", .usage)
    }
    // A model in GGUF and a folder: the folder's model as it is converted.
    if ModelArguments.hasArchitecture(sources[0]) {
      sources[1] = try ModelArguments.counterpart(of: sources[0], at: b, raw)
    } else if ModelArguments.hasArchitecture(sources[1]) {
      sources[0] = try ModelArguments.counterpart(of: sources[1], at: a, raw)
    }
    return (sources[0], sources[1])
  }

  /// What is looked for and never found is a slip of the pen more often than not.
  private func warnOfIdlePatterns(_ a: any TensorSource, _ b: any TensorSource) {
    RenameArgument.warnOfIdle(rename, names: a.tensors.map(\.name))
    let renamed = a.tensors.map { options.name($0.name) }
    let keys = CheckpointComparison.metadataKeys(of: a) + CheckpointComparison.metadataKeys(of: b)
    NamePattern.warnOfIdle(
      ignore.map { ("--ignore", $0) }, names: renamed + b.tensors.map(\.name) + keys,
      what: "no key and no tensor's name")
  }

  private func compare(_ comparer: CheckpointComparer) throws(Failure) -> ([Int], [Int: TensorDifference]) {
    let comparing = LongWork("comparing", total: comparer.workBytes(ofPairs: comparer.pairsOfBytes), isSilent: quiet)
    let changed = try comparing.run { monitor in
      let changed = try comparer.findChanges(isCancelled: monitor.isCancelled, progress: monitor.progress)
      try monitor.requireGoingOn()
      return changed
    }
    let indices = brief ? [] : comparer.pairsToMeasure(changed: changed)
    let measuring = LongWork("measuring", total: comparer.workBytes(ofPairs: indices), isSilent: quiet)
    let differences = try measuring.run { monitor in
      let differences = try comparer.measure(indices, isCancelled: monitor.isCancelled, progress: monitor.progress)
      try monitor.requireGoingOn()
      return differences
    }
    return (changed, differences)
  }
}
