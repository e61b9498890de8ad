internal import ArgumentParser
internal import Checkpoints
internal import Inspection
internal import TensorCore

/// `--stats` and `--tensor`: what is said of the weights and blocks themselves.
struct StatisticsArguments: ParsableArguments {
  @Flag(
    help: "Read all weights: their size, their scales and codes, for each tensor, type and layer, and what looks odd.")
  var stats = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Read one tensor, and draw how its scales and codes are distributed.", valueName: "name"))
  var tensor: String?

  @OptionGroup var threads: ThreadArguments

  @OptionGroup var kernels: KernelArguments

  @Flag(help: "No progress on standard error.")
  var quiet = false

  func validate() throws {
    if stats && tensor != nil { throw ValidationError("--stats is of all tensors, --tensor of one; give one of them") }
  }

  /// Whether weights are asked for, and not only headers.
  var areAsked: Bool { stats || tensor != nil }

  func run(
    _ inspection: Inspection, _ source: any TensorSource, _ sections: SectionArguments, json: Bool, csv: Bool
  ) throws {
    try requireSound(source)
    let named = try named(in: source, inspection.overview.name)
    let statistics = try statistics(of: source, named.map { [$0] } ?? sections.selected(source.tensors))
    if json {
      try JSONOutput.print(InspectionDocument(inspection, sections, statistics: statistics))
    } else if csv {
      try StandardOutput.write(StatisticsCSV.text(statistics))
    } else if let named, let tensor = statistics.tensors.first {
      try StandardOutput.write(TensorStatisticsText(tensor, named, terminal: .current).rendered(statistics.findings))
    } else {
      try StandardOutput.write(StatisticsText(statistics, terminal: .current).rendered())
    }
  }

  /// The tensor that the user names; nil for all.
  private func named(in source: any TensorSource, _ path: String) throws(Failure) -> TensorDescription? {
    guard let name = tensor else { return nil }
    if let tensor = source.tensors.first(where: { ExactString($0.name) == ExactString(name) }) {
      if tensor.shape.elementCount == 0 {
        throw Failure("\(path.printable): tensor \(name.quoted()) has no elements", .usage)
      }
      return tensor
    }
    let alike = source.tensors.map(\.name).filter { $0.contains(name) || name.contains($0) }.filter { !$0.isEmpty }
    let hint = alike.isEmpty ? "" : "; alike are " + alike.prefix(3).map { $0.quoted() }.joined(separator: ", ")
    throw Failure("\(path.printable): there is no tensor \(name.quoted())\(hint)", .usage)
  }

  /// Reads tensors, and says how far it is.
  func statistics(
    of source: any TensorSource, _ tensors: [TensorDescription]
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
