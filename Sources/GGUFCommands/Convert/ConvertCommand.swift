internal import ArgumentParser
internal import Checkpoints
internal import Conversion
internal import FileAccess
internal import GGUF
internal import Importance
internal import Quantization
internal import Recipes
internal import TensorCore
internal import Verification

/// `gguf convert`: a checkpoint into a GGUF file.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Converts a checkpoint into a GGUF file, quantizing its tensors.",
    discussion: """
      The plan is computed from headers alone and is exact to the byte (--dry-run prints it). The weights are then \
      streamed: memory does not grow with the model. The output appears under its name only when it is whole.

      A model with an architecture is quantized as llama-quantize does it: --type names a preset, whose rules choose a \
      type for each tensor (formats/recipes.md). With --as-is, and --pure, the type is that of every tensor.

      Integers keep their values. Tensors of one row and norms are not quantized unless a --tensor-type names them; \
      tensors whose rows do not divide into the type's blocks never are.

      With --fail-above the file is written in any case, and the exit code is 1 where it lost too much.
      """)

  @OptionGroup var source: SourceArguments

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The GGUF file to write; where its name ends with .zst, packed as gguf pack does.", valueName: "file"),
    completion: .file(extensions: ["gguf", "zst"]))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "The preset or type to quantize to: \(TypeArgument.targets.joined(separator: ", ")).", valueName: "type"),
    completion: .list(TypeArgument.targets), transform: TypeArgument.target(_:))
  var type: QuantizationTarget?

  @Flag(
    name: .customLong("as-is"),
    help: "Convert tensors under their own names into a container, without regard to an architecture.")
  var asIs = false

  @OptionGroup var mixture: MixtureArguments

  @OptionGroup var allocation: AllocationArguments

  @Option(
    help: ArgumentHelp(
      """
      How scales and codes are chosen: as ggml's reference quantizers do (reference), so that less is lost in the same \
      bytes (search), exactly, where weights are on the grid of the type (grid), or by the range of the weights of a \
      block: all of it (minmax), cut to a percentile of its row (percentile), shrunk so that the least squared error is \
      left (mse), or cut where the least of the row's histogram is lost (entropy); formats/ranges.md.
      """, valueName: "method"))
  var method = MethodArgument(method: .reference)

  @Option(
    help: ArgumentHelp(
      "With --method percentile, the percentile: more than 50, at most 100. (default: 99.9)", valueName: "percent"),
    transform: PercentileArgument.percentile)
  var percentile: Percentile?

  @Option(
    help: ArgumentHelp(
      "An importance matrix of llama-imatrix: errors in the columns of tensors count by it.", valueName: "file"),
    completion: .file(extensions: ["gguf", "dat"]))
  var imatrix: String?

  @OptionGroup var feedback: FeedbackArguments

  @OptionGroup var model: ModelArguments

  @Option(
    help: ArgumentHelp(
      "Tensors whose names match get this type. Repeatable; the first match decides.", valueName: "regex=type"),
    transform: TypeRuleArgument.init)
  var tensorType: [TypeRuleArgument] = []

  @Option(
    help: ArgumentHelp(
      "The type of tensors that are not quantized: F32, F16 or BF16. (default: F32; in a model the source's)",
      valueName: "type"),
    completion: TypeArgument.completion(TypeArgument.unquantized as [ElementType]),
    transform: TypeArgument.unquantized(_:))
  var unquantizedType: ElementType?

  @OptionGroup var names: NameArguments

  @Option(
    help: ArgumentHelp(
      """
      What to do with NaN and infinities: stop (error), make them 0 (zero), or bring infinities and values beyond the \
      type's range to the largest that it holds (clamp).
      """, valueName: "policy"))
  var nonfinite = NonFiniteArgument(policy: .error)

  @Flag(help: "Quantize tensors again that are quantized already.")
  var allowRequantize = false

  @OptionGroup var archive: ArchiveArguments

  @OptionGroup var shards: ShardArguments

  @Flag(help: "Replace the output if it exists.")
  var force = false

  @Flag(
    help: """
      Go on where a conversion of the same source to the same output was interrupted, and keep what is done where this one \
      is.
      """)
  var resume = false

  @Flag(name: .customLong("dry-run"), help: "Print the plan and write nothing.")
  var dryRun = false

  @Flag(name: .customLong("no-verify"), help: "Do not measure what the tensors lose.")
  var noVerify = false

  @OptionGroup var failAbove: ThresholdArguments

  @OptionGroup var reports: ReportArguments

  @OptionGroup var threads: ThreadArguments

  @Option(
    help: ArgumentHelp(
      "Use no more memory than this, for example 80M or 80MiB: threads are left out until it fits.",
      valueName: "bytes"))
  var maxMemory: MemoryLimit?

  @OptionGroup var kernels: KernelArguments

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "No progress on standard error.")
  var quiet = false

  /// The type that was asked for; where it is still to be chosen, one in its place.
  private var wanted: QuantizationTarget? {
    type ?? allocation.goal.map { _ in AllocationArguments.provisional }
  }

  func validate() throws {
    try allocation.check(type: type, mixture: mixture)
    try mixture.check(type: wanted, asIs: asIs, dryRun: dryRun)
    try feedback.check(method: method.method, asIs: asIs)
    if feedback.awq && !names.rename.isEmpty {
      throw ValidationError("--awq goes by the names of GGUF; leave out --rename")
    }
    if percentile != nil && method.method.percentile == nil {
      throw ValidationError("--percentile goes with --method percentile")
    }
    if output == nil && !dryRun { throw ValidationError("Missing expected argument '--output <file>'") }
    if let output { try OutputFile.validate(output) }
    if shards.areGiven, let problem = output.flatMap(PartFiles.problem) { throw ValidationError(problem) }
    if let file = reports.report.first {
      if noVerify { throw ValidationError("--report \(file.path.printable) has nothing to say with --no-verify") }
      if dryRun { throw ValidationError("--report \(file.path.printable) has nothing to say with --dry-run") }
      if file.path == output { throw ValidationError("--report and --output name the same file") }
    }
    if resume && dryRun { throw ValidationError("--resume has nothing to go on with for --dry-run") }
    if resume && isPacked {
      throw ValidationError("--resume cannot go on with a packed output; convert to a .gguf and pack it with gguf pack")
    }
    if shards.areGiven && isPacked { throw ValidationError("parts are not packed; pack them with gguf pack") }
    if let option = archive.given, !isPacked {
      throw ValidationError("\(option) is for an output whose name ends with .zst")
    }
    if !failAbove.arguments.isEmpty && (noVerify || dryRun) {
      throw ValidationError("--fail-above has nothing to judge with \(noVerify ? "--no-verify" : "--dry-run")")
    }
    if asIs, let option = model.given {
      throw ValidationError("\(option) is for models whose architecture is known; leave out --as-is")
    }
  }

  func run() throws {
    let started = ContinuousClock.now
    let shard = try shards.number()
    let source = try asIs ? source.open() : model.open(source, excludes: names.excludes)
    NamePattern.warnOfIdle(
      tensorType.map { ("--tensor-type", $0.pattern) }, names: source.tensors.map(\.name))
    names.warnOfIdle(ModelArguments.namesOfTensors(source))
    try requireSound(source)
    try requireArchitecture(source)
    var options = try options(source)
    // Until here a signal ends the program at once: a compressed file may take its time to open.
    Interruption.watch()
    if shard != nil, allocation.goal != nil {
      throw Failure(
        "a part cannot have its types chosen, which takes all tensors: choose them once with --dry-run --write-recipe, "
          + "and give --recipe to every part", .usage)
    }
    let allocated = try allocate(source, &options)
    let scaled = try scale(source, &options)
    let whole = try plan(scaled, options, shard)
    let plan = shard.map { whole.part($0.number - 1) } ?? whole
    let output = ConversionOutput(output, whole.layout, cut: shards.split(shard)?.cut, shard)
    var report = ConversionReport(plan: plan, source: source, name: self.source.source, output: output)
    report.allocated = allocated
    try mixture.write(whole, source: self.source.source, replaces: force)
    guard !dryRun, let name = output.name else { return try print(report) }
    try reports.check(replaces: force)
    let thresholds = try failAbove.thresholds()
    let converter = Converter(
      plan: plan, source: scaled, sourceName: self.source.source, policy: nonfinite.policy,
      threads: try maxMemory?.threads(
        atMost: threads.count, for: plan, of: source, packing: isPacked ? archive : nil) ?? threads.count,
      kernels: try kernels.set(), measures: !noVerify)
    let outcome: Converter.Outcome
    var files: ConversionFiles?
    // Until here somebody who is told nothing may ask to go on.
    defer { files?.discard() }
    if isPacked {
      (outcome, report.archive) = try pack(converter, to: name)
    } else {
      let written = try run(converter, to: output, &report)
      (outcome, files) = (written.outcome, written.files)
      if resume { report.resumed = .init(chunks: written.files.chunksResumed, of: written.files.chunkCount) }
    }
    let elapsed = ContinuousClock.now - started
    report.outcome = outcome
    report.elapsed = elapsed
    if noVerify { return try print(report) }
    var losses = converter.report(outcome, output: name, seconds: seconds(elapsed))
    losses.rates = allocated?.rates
    ThresholdArguments.check(&losses, thresholds)
    report.findings = losses.findings
    try print(report)
    try reports.write(losses, replaces: force)
    if losses.hasErrors { throw FailureCode.findings }
  }

  /// Chooses types by what tensors lose, where that was asked for.
  private func allocate(_ source: any TensorSource, _ options: inout ConversionOptions) throws -> AllocatedTypes? {
    guard let goal = allocation.goal else { return nil }
    let surveyed = try plan(source, allocation.surveyed(options), nil)
    let curves = try allocation.survey(
      surveyed, source, name: self.source.source, options, threads: threads.count, try kernels.set(), isSilent: quiet)
    let types = try allocation.allocate(surveyed, curves, goal, name: self.source.source)
    options = allocation.options(options, surveyed, types)
    return types
  }

  /// The source with scaled channels, where that was asked for and is better.
  private func scale(_ source: any TensorSource, _ options: inout ConversionOptions) throws -> any TensorSource {
    guard feedback.awq else { return source }
    let search = ChannelScaleSearch(
      plan: try plan(source, options, nil), source: source, sourceName: self.source.source, kernels: try kernels.set())
    let scales = try LongWork("scaling channels", total: search.workBytes, isSilent: quiet).run { monitor in
      try search.run(isCancelled: monitor.isCancelled, progress: monitor.progress)
    }
    options.channelScales = scales
    return ScaledSource(source, scales)
  }

  /// What is to be done, by this worker and all others.
  private func plan(
    _ source: any TensorSource, _ options: ConversionOptions, _ shard: ShardNumber?
  ) throws(Failure) -> ConversionPlan {
    var options = options
    options.split = shards.split(shard)
    do throws(SourceError) {
      return try ConversionPlan(source: source, name: self.source.source, options: options)
    } catch {
      throw Failure(error)
    }
  }

  private func print(_ report: ConversionReport) throws {
    if json { try report.printJSON() } else { try report.printText() }
  }

  private func requireArchitecture(_ source: any TensorSource) throws(Failure) {
    guard !asIs, ModelTraits(source) == nil else { return }
    throw Failure(
      "\(self.source.source.printable): has no architecture that is known: add --as-is, which converts the tensors under "
        + "their own names", .usage)
  }

  private func options(_ source: any TensorSource) throws(Failure) -> ConversionOptions {
    let recipe = try mixture.readRecipe()
    mixture.warnOfIdle(recipe, source.tensors)
    var options = ConversionOptions(target: try mixture.target(wanted, recipe))
    options.usesArchitecture = !asIs
    options.isPure = mixture.pure
    (options.outputType, options.embeddingType) = (mixture.outputType, mixture.embeddingType)
    options.recipe = recipe
    options.rules = tensorType.map { .init(type: $0.type, matches: $0.pattern.matches) }
    options.unquantizedType = unquantizedType
    options.excludes = names.excludes
    options.outputName = names.outputName
    options.allowsRequantizing = allowRequantize
    options.nonFinite = nonfinite.policy
    options.method = method.method(percentile)
    options.importance = try importance()
    try feedback.apply(to: &options)
    return options
  }

  private func importance() throws(Failure) -> ImportanceMatrix? {
    guard let imatrix else { return nil }
    do throws(SourceError) {
      return try ImportanceMatrix(path: imatrix)
    } catch {
      throw Failure(error)
    }
  }

  /// Whether the output is a Zstandard archive.
  private var isPacked: Bool { output?.hasSuffix(ArchiveArguments.fileNameEnd) ?? false }

  private func pack(
    _ converter: Converter, to path: String
  ) throws(Failure) -> (Converter.Outcome, ConversionReport.Archive) {
    let plan = converter.plan
    let layout: ArchiveLayout
    do throws(ZstandardError) {
      layout = try plan.archiveLayout(frameBytes: archive.frameBytes)
    } catch {
      throw Failure("\(path.printable): \(error)", .usage)
    }
    try source.requireApart(path, from: converter.source)
    try OutputFile.check(path, replaces: force)
    return try work(converter).run { monitor in
      let writer = try ArchiveWriter(
        path: path, layout: layout, written: plan.writtenRanges, level: archive.chosenLevel,
        threads: converter.threads, replaces: force)
      let outcome = try converter.run(into: writer, isCancelled: monitor.isCancelled, progress: monitor.progress)
      try monitor.requireGoingOn()
      try writer.commit()
      return (outcome, .init(size: writer.size, frames: layout.frames.count, level: writer.level))
    }
  }

  private func work(_ converter: Converter) -> LongWork {
    LongWork("converting", total: converter.workBytes, isSilent: quiet, hasOutput: true)
  }

  private func run(
    _ converter: Converter, to output: ConversionOutput, _ report: inout ConversionReport
  ) throws(Failure) -> (outcome: Converter.Outcome, files: ConversionFiles) {
    let paths = output.paths
    for path in paths { try source.requireApart(path, from: converter.source) }
    if let parts = output.parts {
      report.removed = try parts.check(
        paths, replaces: force, mayExist: resume, inputs: converter.source.files.map(\.path))
    } else if !resume {
      // What is there may be what an earlier process has written; then that is looked at.
      for path in paths { try OutputFile.check(path, replaces: force) }
    }
    let written = try work(converter).run { monitor in
      let files = try ConversionFiles(
        paths, plan: converter.plan, source: converter.source, policy: converter.policy,
        program: Program.nameAndVersion,
        replaces: force, resumes: resume)
      do {
        let outcome = try converter.run(into: files, isCancelled: monitor.isCancelled, progress: monitor.progress)
        try monitor.requireGoingOn()
        try files.commit()
        return (outcome, files)
      } catch {
        throw resume ? kept(files, after: error) : error
      }
    }
    try PartLimit.remove(report.removed)
    return written
  }

  /// Leaves what is written for another process, unless the source is at fault: it stays what it is.
  private func kept(_ files: ConversionFiles, after error: any Error) -> any Error {
    if case StreamFailure.source(.invalid) = error { return error }
    guard files.keep(), case StreamFailure.cancelled = error else { return error }
    return Failure("interrupted; no output was written, --resume goes on", Interruption.code ?? .interrupted)
  }
}
