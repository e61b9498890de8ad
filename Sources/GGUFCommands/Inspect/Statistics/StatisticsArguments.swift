internal import ArgumentParser
internal import Checkpoints
internal import Inspection
internal import TensorCore

/// `--stats`, and `--tensor` alone: what is said of the weights and blocks themselves.
struct StatisticsArguments: ParsableArguments {
  @Flag(
    help: "Read all weights: their size, their scales and codes, for each tensor, type and layer, and what looks odd.")
  var stats = false

  @OptionGroup var threads: ThreadArguments

  @OptionGroup var kernels: KernelArguments

  @Flag(help: "No progress on standard error.")
  var quiet = false

  /// - Parameter tensor: The name of the one that is wanted; nil for all.
  func run(
    _ inspection: Inspection, _ sections: SectionArguments, of tensor: String?, json: Bool, csv: Bool
  ) throws {
    let source = inspection.source
    try requireSound(source)
    let named = try tensor.map { try Self.tensor($0, in: source, inspection.name) }
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

  private static func tensor(
    _ name: String, in source: any TensorSource, _ path: String
  ) throws(Failure) -> TensorDescription {
    do throws(BlockError) {
      let tensor = try source.tensor(named: name)
      if tensor.shape.elementCount > 0 { return tensor }
    } catch {
      throw Failure(error, of: path)
    }
    throw Failure("\(path.printable): tensor \(name.quoted()) has no elements", .usage)
  }

  /// Reads tensors, and says how far it is.
  func statistics(
    of source: any TensorSource, _ tensors: [TensorDescription]
  ) throws(Failure) -> CheckpointStatistics {
    Interruption.watch()
    let pass = StatisticsPass(source: source, tensors: tensors, threads: threads.count, kernels: try kernels.set())
    return try LongWork("reading", total: pass.workBytes, isSilent: quiet).run { monitor in
      let statistics = try pass.run(isCancelled: monitor.isCancelled, progress: monitor.progress)
      try monitor.requireGoingOn()
      return statistics
    }
  }
}
