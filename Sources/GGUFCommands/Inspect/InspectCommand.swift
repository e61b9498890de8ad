internal import ArgumentParser
internal import GGUF
internal import TensorCore

/// `gguf inspect`: what is in a checkpoint, from its headers alone.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Shows what a checkpoint holds: header, metadata, tensors, sizes.",
    discussion: """
      Only headers are read. Of a damaged GGUF file everything is shown that can be read, then what is wrong with it, \
      and the exit code is 65.
      """)

  @OptionGroup var source: SourceArguments

  @Flag(help: "Only the metadata.")
  var metadata = false

  @Flag(help: "Only the table of tensors.")
  var tensors = false

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let checkpoint = try source.open()
    let report = InspectionReport(source: checkpoint, name: source.source)
    if json {
      try report.printJSON()
    } else {
      let all = metadata == tensors
      try report.printText(overview: all, metadata: all || metadata, tensors: all || tensors)
    }
    guard let parts = (checkpoint as? any GGUFSource)?.parts, parts.contains(where: { !$0.deviations.isEmpty }) else {
      return
    }
    for part in parts {
      let path = part.files[0].path.printable
      for deviation in part.deviations { StandardError.write("gguf: \(path): \(deviation)\n") }
    }
    throw FailureCode.badData
  }
}
