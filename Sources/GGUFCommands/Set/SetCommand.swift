internal import ArgumentParser
internal import Checkpoints
internal import Conversion
internal import FileAccess
internal import GGUF
internal import TensorCore

/// `gguf set`: the metadata of a GGUF file.
struct SetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set",
    abstract: "Sets, removes and renames metadata of a GGUF file.",
    discussion: """
      A key that is there keeps its type; one that is new needs it: general.name:str=Foo, a.b:u32=5, a.c:[str]='["x", "y"]' \
      (arrays are JSON). KEY=@FILE takes the value from a file, KEY=@@x is the string "@x". Keys are removed first, then \
      renamed, then set. What would leave a file that is not valid, or that programs refuse, is refused.

      The result is a whole new file, whose tensors are copied; it appears under its name only when it is complete, with \
      --in-place too, which needs room for a second file meanwhile. The metadata of safetensors files cannot be edited.
      """)

  @Argument(help: "A .gguf file.", completion: .file(extensions: ["gguf"]))
  var file: String

  @Argument(
    help: ArgumentHelp("A value: KEY=VALUE, or KEY:TYPE=VALUE.", valueName: "assignment"),
    transform: AssignmentArgument.init)
  var assignments: [AssignmentArgument] = []

  @Option(help: ArgumentHelp("Remove this key. Repeatable.", valueName: "key"))
  var remove: [String] = []

  @Option(
    help: ArgumentHelp("Give a key another name. Repeatable.", valueName: "old=new"), transform: KeyRenameArgument.init)
  var rename: [KeyRenameArgument] = []

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "file"),
    completion: .file(extensions: ["gguf"]))
  var output: String?

  @Flag(help: "Replace FILE itself.")
  var inPlace = false

  @Flag(help: "Print what would change; write nothing.")
  var dryRun = false

  @Flag(help: "Replace an output that exists.")
  var force = false

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "No progress on standard error.")
  var quiet = false

  func validate() throws {
    try RawArguments.validate(path: file, "the file")
    if assignments.isEmpty && remove.isEmpty && rename.isEmpty {
      throw ValidationError("nothing to change: give KEY=VALUE, --remove KEY or --rename OLD=NEW")
    }
    if output != nil && inPlace { throw ValidationError("give --output or --in-place, not both") }
    if output == nil && !inPlace && !dryRun {
      throw ValidationError("give --output FILE, --in-place or --dry-run")
    }
    if output?.isEmpty == true { throw ValidationError("the output's name is empty") }
    if let output, output.hasSuffix(ArchiveArguments.fileNameEnd) {
      throw ValidationError(
        "the result is not compressed: write it under another name than \(output.quoted()), and pack that with gguf pack"
      )
    }
    if force && output == nil { throw ValidationError("--force replaces an output; give one with --output") }
  }

  func run() throws {
    let source = try RawArguments.open(file)
    if let split = source as? SplitGGUF {
      throw Failure(
        "\(file.printable): is one of \(split.parts.count) parts of a model; only a whole file is edited", .badData)
    }
    guard let gguf = source as? GGUFFile else {
      throw Failure("\(file.printable): is \(source.formatName); only a GGUF file's metadata can be edited", .badData)
    }
    try requireSound(gguf)
    if inPlace && gguf.files.contains(where: { $0.unpackedSize != nil }) {
      throw Failure("\(file.printable): is compressed; write a new file with --output", .badData)
    }
    Interruption.watch()
    if let output, !dryRun { try checkOutput(output) }
    let rewriter = try plan(gguf)
    let changes = MetadataChange.changes(from: gguf.metadata, to: rewriter.metadata)
    var written: String?
    if !dryRun {
      if let output {
        try write(rewriter, to: output, replaces: force, permissionsOf: nil)
        written = output
      } else if !changes.isEmpty {
        try writeInPlace(rewriter)
        written = file
      }
    }
    let report = SetReport(
      file: file, output: output ?? (inPlace ? file : nil), written: written, isDryRun: dryRun, changes: changes,
      rewriter: rewriter)
    if json { try JSONOutput.print(report.document) } else { try StandardOutput.write(report.text) }
  }

  /// Decides everything before anything is written.
  private func plan(_ gguf: GGUFFile) throws(Failure) -> MetadataRewriter {
    var edit = MetadataEdit(removals: remove, renamings: rename.map(\.renaming))
    for argument in assignments { edit.assignments.append(try argument.assignment()) }
    let metadata: GGUFMetadata
    do throws(MetadataEditError) {
      metadata = try edit.applied(
        to: gguf.metadata, hasQuantizedTensors: gguf.tensors.contains { $0.elementType.kind == .quantized })
    } catch {
      throw Failure("\(file.printable): \(error)", .usage)
    }
    do throws(SourceError) {
      return try MetadataRewriter(file: gguf, metadata: metadata)
    } catch {
      throw Failure(error)
    }
  }

  /// Refuses what could not be written later, before the work begins.
  private func checkOutput(_ path: String) throws(Failure) {
    if let identity = FileStatus(ofPath: path)?.identity, identity == FileStatus(ofPath: file)?.identity {
      throw Failure("\(path.printable): is the file that is edited; say --in-place", .cannotCreate)
    }
    try OutputFile.check(path, replaces: force)
  }

  private func writeInPlace(_ rewriter: MetadataRewriter) throws(Failure) {
    // Behind a symbolic link it is the file that is replaced, not the link.
    guard let path = resolvedPath(file), let status = FileStatus(ofPath: path) else {
      throw Failure("\(file.printable): is not there any more", .noInput)
    }
    try write(rewriter, to: path, replaces: true, permissionsOf: status)
  }

  private func write(
    _ rewriter: MetadataRewriter, to path: String, replaces: Bool, permissionsOf status: FileStatus?
  ) throws(Failure) {
    let work = LongWork("writing", total: rewriter.workBytes, isSilent: quiet, hasOutput: true)
    try work.run { monitor in
      let writer = try AtomicFileWriter(path: path, size: rewriter.layout.fileSize, replaces: replaces)
      if let status { try writer.takePermissions(of: status) }
      try rewriter.run(into: writer, isCancelled: monitor.isCancelled, progress: monitor.progress)
      try monitor.requireGoingOn()
      try writer.commit()
    }
  }
}
