internal import ArgumentParser
internal import Checkpoints
internal import Conversion
internal import TensorCore

/// `gguf dequantize`: a checkpoint into safetensors, its weights decoded.
struct DequantizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dequantize",
    abstract: "Decodes a checkpoint's weights into safetensors.",
    discussion: """
      Every weight becomes what its block stands for, as F32, F16 or BF16; integers keep their type, tensors their names. \
      Nothing that was lost comes back.

      The plan is computed from headers alone and is exact to the byte (--dry-run prints it). The weights are then \
      streamed: memory does not grow with the model. All files appear under their names when all are whole, the index \
      last.
      """)

  @OptionGroup var source: SourceArguments

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The file to write: its name ends with .safetensors.", valueName: "file"),
    completion: .file(extensions: ["safetensors"]))
  var output: String?

  @Option(
    help: ArgumentHelp("The type of the weights: F32, F16 or BF16. (default: F32)", valueName: "type"),
    completion: TypeArgument.completion(TypeArgument.unquantized as [ElementType]),
    transform: TypeArgument.unquantized(_:))
  var type: ElementType?

  @Option(
    help: ArgumentHelp(
      """
      Write several files and an index, each file with no more bytes of tensors than this: 5GB, 500MiB. A larger \
      tensor has a file for itself.
      """, valueName: "bytes"), transform: SafetensorsOutput.shardSize)
  var maxShardSize: Int?

  @OptionGroup var names: NameArguments

  @Option(
    help: ArgumentHelp(
      """
      What to do with NaN and infinities: stop (error), make them 0 (zero), or bring infinities and values beyond the \
      type's range to the largest that it holds (clamp).
      """, valueName: "policy"))
  var nonfinite = NonFiniteArgument(policy: .error)

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
    if output == nil && !dryRun { throw ValidationError("Missing expected argument '--output <file>'") }
    if let output { try SafetensorsOutput.validate(output) }
  }

  func run() throws {
    let started = ContinuousClock.now
    let source = try source.open()
    names.warnOfIdle(source.tensors.map(\.name))
    try requireSound(source)
    Interruption.watch()
    let plan: DequantizationPlan
    do throws(SourceError) {
      plan = try DequantizationPlan(
        source: source, name: self.source.source,
        fileName: SafetensorsOutput.fileName(output), options: options)
    } catch {
      throw Failure(error)
    }
    var report = DequantizationReport(plan: plan, source: source, name: self.source.source, output: output)
    if !dryRun, let output {
      let dequantizer = Dequantizer(
        plan: plan, source: source, sourceName: self.source.source, policy: nonfinite.policy, threads: threads.count,
        kernels: try kernels.set())
      report.replaced = try run(dequantizer, to: output)
      report.elapsed = ContinuousClock.now - started
    }
    if json { try report.printJSON() } else { try report.printText() }
  }

  private var options: DequantizationOptions {
    var options = DequantizationOptions()
    options.type = type ?? .f32
    options.excludes = names.excludes
    options.outputName = names.outputName
    options.maximumShardSize = maxShardSize
    options.nonFinite = nonfinite.policy
    return options
  }

  private func run(_ dequantizer: Dequantizer, to path: String) throws(Failure) -> [Int] {
    let output = SafetensorsOutput(layout: dequantizer.plan.layout, path: path)
    try output.check(apartFrom: source, dequantizer.source, replaces: force)
    let work = LongWork("dequantizing", total: dequantizer.workBytes, isSilent: quiet, hasOutput: true)
    return try output.write(work, replaces: force) { writers, monitor in
      try dequantizer.run(into: writers, isCancelled: monitor.isCancelled, progress: monitor.progress)
    }
  }
}
