internal import ArgumentParser
internal import Checkpoints
internal import Inspection
internal import TensorCore
internal import Validation

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
    let measured = try measure(named.map { [$0] } ?? sections.selected(source.tensors), of: source)
    if json {
      try JSONOutput.print(InspectionDocument(inspection, sections, measured: measured))
    } else if csv {
      try StandardOutput.write(StatisticsCSV.text(measured.statistics))
    } else if let named, let tensor = measured.statistics.tensors.first {
      try StandardOutput.write(
        TensorStatisticsText(tensor, named, terminal: .current).rendered() + MeasuredFindingLines.text(measured))
    } else {
      try StandardOutput.write(StatisticsText(measured, terminal: .current).rendered())
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
  ///
  /// Those in which there is something for the rules about data are read a second time, so that what is said of them, and
  /// where it is, are what validation says.
  func measure(_ tensors: [TensorDescription], of source: any TensorSource) throws(Failure) -> MeasuredCheckpoint {
    Interruption.watch()
    let pass = StatisticsPass(source: source, tensors: tensors, threads: threads.count, kernels: try kernels.set())
    let validator = Inspection.validator(ValidationOptions(threads: pass.threads, kernels: pass.kernels))
    return try LongWork("reading", total: pass.workBytes, isSilent: quiet).run { monitor in
      let statistics = try pass.run(isCancelled: monitor.isCancelled, progress: monitor.progress)
      let suspicious = zip(pass.tensors, statistics.tensors).filter { $1.isSuspicious }.map(\.0)
      let findings = try validator.payloadFindings(of: suspicious, in: source, isCancelled: monitor.isCancelled)
      try monitor.requireGoingOn()
      return MeasuredCheckpoint(statistics: statistics, findings: findings)
    }
  }
}

/// What was found by reading weights.
struct MeasuredCheckpoint {
  let statistics: CheckpointStatistics
  /// Of the rules about data, in tensors whose statistics show that there is something.
  let findings: FindingList
}
