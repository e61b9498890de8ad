internal import ArgumentParser
internal import Checkpoints
internal import Conversion
internal import Quantization
internal import TensorCore
internal import Verification

/// `gguf fake-quantize`: a checkpoint with the weights that it would have after a conversion.
struct FakeQuantizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fake-quantize",
    abstract: "Passes a checkpoint's weights through a type, and keeps their names and dtypes.",
    discussion: """
      Writes safetensors with the tensors of the source, of the same names, shapes and dtypes. Weights are what quantizing \
      and decoding them gives, rounded once more where the dtype is narrower than F32: the forward of quantization-aware \
      training. Tensors that gguf convert --as-is would not quantize stay as they are, byte for byte, and so does the \
      metadata.

      With --grids nothing is written: it says which tensors are on the grid of a type already, as quantization-aware \
      training leaves them, and where the reference's quantizer would miss it.
      """)

  @OptionGroup var source: SourceArguments

  @Option(
    help: ArgumentHelp(
      "The type that weights pass through: \(TypeArgument.list(TypeArgument.writable)).", valueName: "type"),
    completion: TypeArgument.completion(TypeArgument.writable as [ElementType]), transform: TypeArgument.writable(_:))
  var type: ElementType?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The file to write: its name ends with .safetensors.", valueName: "file"),
    completion: .file(extensions: ["safetensors"]))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Tensors whose names match pass through this type. Repeatable; the first match decides.", valueName: "regex=type"),
    transform: TypeRuleArgument.init)
  var tensorType: [TypeRuleArgument] = []

  @Option(
    help: ArgumentHelp(
      "Leave tensors whose names match as they are, whatever is in them. Repeatable.", valueName: "regex"),
    transform: NamePattern.init)
  var keep: [NamePattern] = []

  @Option(
    help: ArgumentHelp(
      """
      Write several files and an index, each file with no more bytes of tensors than this: 5GB, 500MiB. A larger \
      tensor has a file for itself.
      """, valueName: "bytes"), transform: SafetensorsOutput.shardSize)
  var maxShardSize: Int?

  @Option(
    help: ArgumentHelp(
      """
      What to do with NaN and infinities: stop (error), make them 0 (zero), or bring infinities and values beyond the \
      type's range to the largest that it holds (clamp).
      """, valueName: "policy"))
  var nonfinite = NonFiniteArgument(policy: .error)

  @Flag(help: "Say which tensors are on the grid of a type, and write nothing; with --type, of that one.")
  var grids = false

  @Flag(help: "Replace outputs that exist.")
  var force = false

  @Flag(name: .customLong("dry-run"), help: "Print the plan and write nothing.")
  var dryRun = false

  @OptionGroup var threads: ThreadArguments

  @OptionGroup var kernels: KernelArguments

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "No progress on standard error.")
  var quiet = false

  func validate() throws {
    if grids {
      if output != nil { throw ValidationError("--output: nothing is written with --grids") }
      if dryRun { throw ValidationError("--dry-run: nothing is written with --grids") }
      return
    }
    if type == nil { throw ValidationError("Missing expected argument '--type <type>'") }
    if output == nil && !dryRun { throw ValidationError("Missing expected argument '--output <file>'") }
    if let output { try SafetensorsOutput.validate(output) }
  }

  func run() throws {
    let started = ContinuousClock.now
    let source = try source.open()
    try requireSound(source)
    Interruption.watch()
    guard !grids, let type else { return try findGrids(source, started) }
    let names = source.tensors.map(\.name)
    NamePattern.warnOfIdle(
      tensorType.map { ("--tensor-type", $0.pattern) } + keep.map { ("--keep", $0) }, names: names)
    let plan: FakeQuantizationPlan
    do throws(SourceError) {
      plan = try FakeQuantizationPlan(
        source: source, name: self.source.source, fileName: SafetensorsOutput.fileName(output), options: options(type))
    } catch {
      throw Failure(error)
    }
    var report = FakeQuantizationReport(plan: plan, source: source, name: self.source.source, output: output)
    if !dryRun, let output {
      let quantizer = FakeQuantizer(
        plan: plan, source: source, sourceName: self.source.source, policy: nonfinite.policy, threads: threads.count,
        kernels: try kernels.set())
      let outcome = try run(quantizer, to: output)
      report.outcome = outcome
      report.findings = quantizer.report(outcome, output: output, seconds: nil).findings
      report.elapsed = ContinuousClock.now - started
    }
    if json { try report.printJSON() } else { try report.printText() }
  }

  private func options(_ type: ElementType) -> FakeQuantizationOptions {
    var options = FakeQuantizationOptions(type: type)
    options.conversion.rules = tensorType.map { .init(type: $0.type, matches: $0.pattern.matches) }
    options.conversion.nonFinite = nonfinite.policy
    let patterns = keep
    options.keeps = { name in patterns.contains { $0.matches(name) } }
    options.maximumShardSize = maxShardSize
    return options
  }

  private func run(_ quantizer: FakeQuantizer, to path: String) throws(Failure) -> Converter.Outcome {
    let output = SafetensorsOutput(layout: quantizer.plan.layout, path: path)
    try output.check(apartFrom: source, quantizer.source, replaces: force)
    let work = LongWork("fake-quantizing", total: quantizer.workBytes, isSilent: quiet, hasOutput: true)
    return try output.write(work, replaces: force) { writers, monitor in
      try quantizer.run(into: writers, isCancelled: monitor.isCancelled, progress: monitor.progress)
    }
  }

  private func findGrids(_ source: any TensorSource, _ started: ContinuousClock.Instant) throws {
    let types = type.map { [$0] } ?? GridRecognizer.types
    let recognizer = GridRecognizer(
      source: source, types: types, threads: threads.count, kernels: try kernels.set())
    let work = LongWork("looking for grids", total: recognizer.workBytes, isSilent: quiet)
    let tensors = try work.run { monitor in
      try recognizer.run(isCancelled: monitor.isCancelled, progress: monitor.progress)
    }
    let report = GridReport(
      source: source, name: self.source.source, types: types, tensors: tensors, elapsed: ContinuousClock.now - started)
    if json { try report.printJSON() } else { try report.printText() }
  }
}
