internal import ArgumentParser
internal import GGUF
internal import TensorCore

/// `gguf inspect`: what is in a checkpoint, from its headers alone.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Shows what a checkpoint holds: header, metadata, tensors, sizes.",
    discussion: """
      Only headers are read, and the bytes that --block and --values show. Of a damaged GGUF file everything is shown that can be read, then what is wrong with it, \
      and the exit code is 65.
      """)

  @OptionGroup var source: SourceArguments

  @Flag(help: "Only the metadata.")
  var metadata = false

  @Flag(help: "Only the table of tensors.")
  var tensors = false

  @OptionGroup var block: BlockArguments

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if block.isUsed && (metadata || tensors) {
      throw ValidationError("--block and --values are shown without --metadata and --tensors")
    }
  }

  func run() throws {
    let checkpoint = try source.open()
    if block.isUsed {
      try block.print(checkpoint, name: source.source, json: json)
      return try fail(onDeviationsOf: checkpoint)
    }
    let report = InspectionReport(source: checkpoint, name: source.source)
    if json {
      try report.printJSON()
    } else {
      let all = metadata == tensors
      try report.printText(overview: all, metadata: all || metadata, tensors: all || tensors)
    }
    try fail(onDeviationsOf: checkpoint)
  }

  private func fail(onDeviationsOf checkpoint: any TensorSource) throws {
    guard let file = checkpoint as? GGUFFile, !file.deviations.isEmpty else { return }
    for deviation in file.deviations { StandardError.write("gguf: \(source.source.printable): \(deviation)\n") }
    throw FailureCode.badData
  }
}
