internal import ArgumentParser
internal import Checkpoints
internal import Inspection
internal import TensorCore

/// `--stats` and `--tensor`: what is said of the weights and blocks themselves.
struct StatisticsArguments: ParsableArguments {
  @Flag(
    help: "Read all weights: their size, their scales and codes, for each tensor, type and layer, and what looks odd.")
  var stats = false

  @Option(help: ArgumentHelp("Read one tensor, and draw how its scales and codes are distributed.", valueName: "name"))
  var tensor: String?

  @Flag(help: "With --stats: print a line of comma-separated values a tensor.")
  var csv = false

  @OptionGroup var threads: ThreadArguments

  @OptionGroup var kernels: KernelArguments

  @Flag(help: "No progress on standard error.")
  var quiet = false

  func validate() throws {
    if stats && tensor != nil { throw ValidationError("--stats is of all tensors, --tensor of one; give one of them") }
    if csv && !stats { throw ValidationError("--csv is for --stats") }
  }

  /// Whether weights are asked for, and not only headers.
  var areAsked: Bool { stats || tensor != nil }

  /// - Parameter name: The source as it was given.
  func run(_ source: any TensorSource, name: String, json: Bool) throws {
    if json && csv { throw Failure("--json and --csv are two forms of the same; give one of them", .usage) }
    try requireSound(source)
    let tensors = try chosen(of: source, name)
    let statistics = try statistics(of: source, tensors)
    if json {
      try JSONOutput.print(StatisticsDocument(source: name, format: source.formatName, statistics: statistics))
    } else if csv {
      try StandardOutput.write(StatisticsCSV.text(statistics))
    } else if let description = tensors?.first, let tensor = statistics.tensors.first {
      try StandardOutput.write(
        TensorStatisticsText(tensor, description, terminal: .current).rendered(statistics.findings))
    } else {
      try StandardOutput.write(StatisticsText(statistics, terminal: .current).rendered())
    }
  }

  /// The tensor that the user names; nil for all.
  private func chosen(of source: any TensorSource, _ path: String) throws(Failure) -> [TensorDescription]? {
    guard let name = tensor else { return nil }
    if let tensor = source.tensors.first(where: { ExactString($0.name) == ExactString(name) }) {
      if tensor.shape.elementCount == 0 {
        throw Failure("\(path.printable): tensor \(name.quoted()) has no elements", .usage)
      }
      return [tensor]
    }
    let alike = source.tensors.map(\.name).filter { $0.contains(name) || name.contains($0) }.filter { !$0.isEmpty }
    let hint = alike.isEmpty ? "" : "; alike are " + alike.prefix(3).map { $0.quoted() }.joined(separator: ", ")
    throw Failure("\(path.printable): there is no tensor \(name.quoted())\(hint)", .usage)
  }

  private func statistics(
    of source: any TensorSource, _ tensors: [TensorDescription]?
  ) throws(Failure) -> CheckpointStatistics {
    Interruption.watch()
    let pass = StatisticsPass(source: source, tensors: tensors, threads: threads.count, kernels: try kernels.set())
    let progress = ProgressReporter("reading", total: pass.workBytes, isSilent: quiet)
    defer { progress.finish() }
    do throws(StreamFailure) {
      let statistics = try pass.run(
        isCancelled: { Interruption.isRequested }, progress: { progress.advance($0, $1) })
      if Interruption.isRequested { throw StreamFailure.cancelled }
      return statistics
    } catch {
      if case .cancelled = error { throw Failure("interrupted", Interruption.code ?? .interrupted) }
      throw Failure(error)
    }
  }
}

/// What `--json` prints.
private struct StatisticsDocument: Encodable {
  let schema = "gguf-inspect-1"
  let source: String
  let format: String
  let statistics: CheckpointStatistics
}
