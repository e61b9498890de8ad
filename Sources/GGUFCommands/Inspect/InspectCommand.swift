internal import ArgumentParser
internal import GGUF
internal import Inspection
internal import RemoteAccess
internal import TensorCore
internal import Validation

/// `gguf inspect`: what is in a checkpoint.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Shows what a checkpoint holds: the model at a glance, metadata, tensors, layers.",
    discussion: """
      Without options: what the model is, how large, of which types, and what looks odd, by the rules of \
      `gguf validate` (--explain RULE tells of one). Only headers are read, but for --stats, --tensor and --html. SOURCE may be a URL (formats/remote.md). Of a damaged GGUF file everything is shown that can be read, then what is wrong with \
      it, and the exit code is 65.
      """)

  @OptionGroup var source: SourceArguments

  @OptionGroup var sections: SectionArguments

  @Option(help: ArgumentHelp("Print one metadata value whole; of an array an element a line.", valueName: "name"))
  var key: String?

  @Flag(help: "With --key: the bytes of the value as they are, for another program.")
  var raw = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Read one tensor, and draw how its scales and codes are distributed; or what --block and --values name.",
      valueName: "name"))
  var tensor: String?

  @OptionGroup var statistics: StatisticsArguments

  @OptionGroup var block: BlockArguments

  @OptionGroup var page: PageArguments

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Print one table as comma-separated values (RFC 4180).")
  var csv = false

  func validate() throws {
    if page.html != nil
      && (sections.isAny || key != nil || readsWeights || json || csv || sections.filter != nil)
    {
      throw ValidationError("--html writes one page with everything in it; ask for it alone")
    }
    if raw && key == nil { throw ValidationError("--raw goes with --key") }
    if raw && json { throw ValidationError("--raw and --json are two forms; give one of them") }
    if csv && json { throw ValidationError("--csv and --json are two forms; give one of them") }
    if key != nil && sections.isAny { throw ValidationError("--key prints one value; give no table besides") }
    if tensor == nil, let option = block.option { throw ValidationError("\(option) needs --tensor NAME") }
    if statistics.stats && tensor != nil {
      throw ValidationError("--stats is of all tensors, --tensor of one; give one of them")
    }
    if readsWeights && (sections.isAny || key != nil) {
      throw ValidationError("--stats and --tensor read weights; give no other table besides")
    }
    if csv && tensor != nil { throw ValidationError("--csv is of tables, not of one --tensor") }
    if csv && !statistics.stats && sections.count != 1 {
      throw ValidationError("--csv prints one table: --metadata, --tensors, --layers or --stats")
    }
    if sections.filter != nil && !sections.isAny && !statistics.stats {
      throw ValidationError("--filter goes with --metadata, --tensors, --layers or --stats")
    }
  }

  /// Whether weights are asked for, and not only headers.
  private var readsWeights: Bool { statistics.stats || tensor != nil }

  func run() throws {
    if readsWeights || page.readsWeights, RemoteURL.isURL(source.source) {
      throw Failure(
        "--stats, --tensor and --html without --no-stats read weights, and behind a URL only headers are read; download "
          + "the file", .usage)
    }
    let checkpoint = try source.openHeaders()
    if let path = page.html?.path {
      return try page.write(Inspection(checkpoint, name: source.name, sections), to: path, source, statistics)
    }
    if let tensor, block.option != nil {
      try block.print(tensor, of: checkpoint, name: source.name, json: json)
    } else if readsWeights {
      let inspection = Inspection(checkpoint, name: source.name, sections)
      try statistics.run(inspection, sections, of: tensor, json: json, csv: csv)
    } else if let key {
      try MetadataValue(key, of: checkpoint, name: source.name).print(isRaw: raw, isJSON: json)
    } else {
      try show(checkpoint)
    }
    try Self.requireNoDeviations(checkpoint)
  }

  /// Says what is wrong with a GGUF file that could be shown all the same.
  static func requireNoDeviations(_ checkpoint: any TensorSource) throws(FailureCode) {
    guard let parts = (checkpoint as? any GGUFSource)?.parts, parts.contains(where: { !$0.deviations.isEmpty }) else {
      return
    }
    for part in parts {
      let path = part.files[0].path.printable
      for deviation in part.deviations {
        StandardError.write("gguf: \(path): \(deviation) (\(deviation.rule.id))\n")
      }
    }
    throw .badData
  }

  private func show(_ checkpoint: any TensorSource) throws {
    let inspection = Inspection(checkpoint, name: source.name, sections)
    if json { return try JSONOutput.print(InspectionDocument(inspection, sections)) }
    if csv { return try StandardOutput.write(inspection.csv(sections)) }
    try StandardOutput.write(inspection.text(sections, width: StandardOutput.width))
  }
}

/// Which parts of an inspection are wanted.
struct SectionArguments: ParsableArguments {
  @Flag(help: "The metadata, long values cut.")
  var metadata = false

  @Flag(help: "The table of tensors.")
  var tensors = false

  @Flag(help: "Layers, and tensors that do the same in all layers.")
  var layers = false

  @Option(
    help: ArgumentHelp("Only tensors, and keys of metadata, whose names match.", valueName: "regex"),
    transform: NamePattern.init)
  var filter: NamePattern?

  @Option(
    help: ArgumentHelp("Order the tensors by a column; sizes begin with the largest.", valueName: "column"))
  var sort: TensorOrder?

  @Flag(help: "The other way round.")
  var reverse = false

  /// How many tables are asked for.
  var count: Int { [metadata, tensors, layers].count { $0 } }
  var isAny: Bool { count > 0 }

  func validate() throws {
    if sort != nil && !tensors { throw ValidationError("--sort orders the table of tensors; give --tensors too") }
    if reverse && sort == nil { throw ValidationError("--reverse goes with --sort") }
  }

  /// The tensors that are wanted, in the order that is wanted.
  func selected(_ tensors: [TensorDescription]) -> [TensorDescription] {
    let matching = filter.map { filter in tensors.filter { filter.matches($0.name) } } ?? tensors
    guard let sort else { return matching }
    return sort.sorted(matching, isReversed: reverse)
  }
}
