internal import ArgumentParser
internal import Checkpoints
internal import Conversion
internal import FileAccess
internal import GGUF
internal import TensorCore

/// `gguf merge`: the parts of a GGUF model into one file.
struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Merges the parts of a split GGUF model into one file.",
    discussion: """
      The keys split.no, split.count and split.tensors.count are left out, so that the file is what it was before it was \
      split; with --keep-split-keys it is what llama-gguf-split makes of the parts. The parts stay. The file appears \
      under its name only when it is whole.
      """)

  @Argument(
    help: "Any part of a split model, or the folder that holds them.", completion: .file(extensions: ["gguf"]))
  var parts: String

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "file"),
    completion: .file(extensions: ["gguf"]))
  var output: String?

  @Flag(help: "Keep the keys of the first part, with a count of 0, as llama-gguf-split does.")
  var keepSplitKeys = false

  @Flag(help: "Replace the output if it exists.")
  var force = false

  @Flag(name: .customLong("dry-run"), help: "Print what would be written; write nothing.")
  var dryRun = false

  @OptionGroup var threads: ThreadArguments

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "No progress on standard error.")
  var quiet = false

  func validate() throws {
    try RawArguments.validate(path: parts, "the part")
    if output == nil && !dryRun { throw ValidationError("Missing expected argument '--output <file>'") }
    if let output { try OutputFile.validate(output) }
  }

  func run() throws {
    let model = try PartLimit.model(parts)
    // A model that was split into one part says so too.
    guard model.parts.count > 1 || model.metadata[SplitKeys.count]?.integer == 1 else {
      throw Failure("\(parts.printable): is a whole model, not a part of one", .badData)
    }
    Interruption.watch()
    let copier: ModelCopier
    do throws(SourceError) {
      copier = try ModelCopier(merging: model, name: parts, keepsSplitKeys: keepSplitKeys)
    } catch {
      throw Failure(error)
    }
    if !dryRun, let output { try write(copier, to: output) }
    if json { try JSONOutput.print(document(copier)) } else { try StandardOutput.write(text(copier)) }
  }

  private func write(_ copier: ModelCopier, to path: String) throws(Failure) {
    try OutputFile.requireApart(path, from: [parts] + copier.model.files.map(\.path))
    try OutputFile.check(path, replaces: force)
    let work = LongWork("merging", total: copier.workBytes, isSilent: quiet, hasOutput: true)
    try work.run { monitor in
      let writer = try AtomicFileWriter(path: path, size: copier.layout.fileSize, replaces: force)
      try copier.run(
        into: [writer], threads: threads.count, isCancelled: monitor.isCancelled, progress: monitor.progress)
      try monitor.requireGoingOn()
      try writer.commit()
    }
  }

  private func text(_ copier: ModelCopier) -> String {
    let (count, size) = (copier.model.tensors.count, copier.layout.fileSize)
    return "\(output?.printable ?? "the output") \(dryRun ? "would have" : "has") \(Numbers.counted(count, "tensor")), "
      + "\(Numbers.grouped(size)) bytes, of \(Numbers.counted(copier.model.parts.count, "part"))\n"
  }

  private func document(_ copier: ModelCopier) -> Document {
    Document(
      source: CheckpointJSON(copier.model, name: parts), output: output, dryRun: dryRun,
      fileSize: copier.layout.fileSize, tensors: copier.model.tensors.count)
  }

  private struct Document: Encodable {
    let schema = "gguf-merge-1"
    let source: CheckpointJSON
    let output: String?
    let dryRun: Bool
    let fileSize: Int
    let tensors: Int
  }
}
