internal import ArgumentParser
internal import Checkpoints
internal import Conversion
internal import FileAccess
internal import GGUF
internal import TensorCore

/// `gguf split`: a GGUF model into several files.
struct SplitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "split",
    abstract: "Splits a GGUF model into several files, as llama.cpp reads them.",
    discussion: """
      The parts are called PREFIX-00001-of-00003.gguf and so on, and have the bytes that llama-gguf-split gives them. \
      Tensors keep their order. The first part has the metadata. --max-size counts bytes of tensors: the headers come on top \
      of it, and a tensor that is larger has a part for itself.

      A model that is split already is split again. The parts appear under their names when all are whole; gguf merge \
      makes the same file of them again.
      """)

  @Argument(help: "A .gguf file; of a split model, any part.", completion: .file(extensions: ["gguf"]))
  var file: String

  @Option(
    name: .shortAndLong, help: ArgumentHelp("What the names of the parts begin with.", valueName: "prefix"),
    completion: .file())
  var output: String?

  @Option(
    help: ArgumentHelp("No more bytes of tensors in a part: 2G, 500MiB.", valueName: "bytes"),
    transform: PartLimit.bytes)
  var maxSize: Int?

  @Option(help: ArgumentHelp("No more tensors in a part.", valueName: "count"), transform: PartLimit.count)
  var maxTensors: Int?

  @Option(
    help: ArgumentHelp("So many parts, the largest as small as can be.", valueName: "count"),
    transform: PartLimit.count)
  var parts: Int?

  @Flag(help: "No tensors in the first part, which has the metadata alone.")
  var noTensorFirstSplit = false

  @Flag(help: "Replace parts that exist, and remove those of an older set with this prefix.")
  var force = false

  @Flag(name: .customLong("dry-run"), help: "Print the plan and write nothing.")
  var dryRun = false

  @OptionGroup var threads: ThreadArguments

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "No progress on standard error.")
  var quiet = false

  func validate() throws {
    try RawArguments.validate(path: file, "the file")
    if output == nil && !dryRun { throw ValidationError("Missing expected argument '--output <prefix>'") }
    if let problem = output.flatMap(PartFiles.problem) { throw ValidationError(problem) }
    let limits = PartLimit.cuts(bytes: maxSize, tensors: maxTensors, parts: parts)
    if limits.isEmpty { throw ValidationError("Missing expected option: --max-size, --max-tensors or --parts") }
    if limits.count > 1 { throw ValidationError("give one of --max-size, --max-tensors and --parts, not several") }
  }

  func run() throws {
    let model = try PartLimit.model(file)
    Interruption.watch()
    guard let cut = PartLimit.cuts(bytes: maxSize, tensors: maxTensors, parts: parts).first else { return }
    let copier: ModelCopier
    do throws(SourceError) {
      copier = try ModelCopier(
        splitting: model, name: file, into: .init(cut, firstHasNoTensors: noTensorFirstSplit))
    } catch {
      throw Failure(error)
    }
    let files = PartFiles(prefix: output ?? "model", count: copier.layout.parts.count)
    let summary = SplitSummary(copier.layout, names: model.tensors.map(\.name), paths: files.paths, cut: cut)
    var removed: [String] = []
    if !dryRun {
      removed = try files.check(files.paths, replaces: force, inputs: [file] + model.files.map(\.path))
      try write(copier, to: files.paths)
      try PartLimit.remove(removed)
    }
    let report = SplitReport(
      file: file, output: output, isDryRun: dryRun, summary: summary, removed: removed, copier: copier)
    if json { try JSONOutput.print(report.document) } else { try StandardOutput.write(report.text) }
  }

  private func write(_ copier: ModelCopier, to paths: [String]) throws(Failure) {
    let work = LongWork("splitting", total: copier.workBytes, isSilent: quiet, hasOutput: true)
    try work.run { monitor in
      var writers: [AtomicFileWriter] = []
      for (path, part) in zip(paths, copier.layout.parts) {
        writers.append(try AtomicFileWriter(path: path, size: part.fileSize, replaces: force))
      }
      try copier.run(
        into: writers, threads: threads.count, isCancelled: monitor.isCancelled, progress: monitor.progress)
      try monitor.requireGoingOn()
      try AtomicFileWriter.commit(writers)
    }
  }
}

/// What split, merge and convert have in common.
enum PartLimit {
  static func bytes(_ argument: String) throws -> Int {
    guard let bytes = ByteCount.parse(argument) else {
      throw ValidationError("expected a number of bytes as in 2G or 500MiB, found \(argument.quoted())")
    }
    return bytes
  }

  static func count(_ argument: String) throws -> Int {
    guard let count = Int(argument), count > 0 else {
      throw ValidationError("expected a number from 1 up, found \(argument.quoted())")
    }
    return count
  }

  /// One cut for each limit that was given.
  static func cuts(bytes: Int?, tensors: Int?, parts: Int?) -> [SplitCut] {
    [bytes.map(SplitCut.bytes), tensors.map(SplitCut.tensors), parts.map(SplitCut.parts)].compactMap { $0 }
  }

  /// A GGUF model that breaks no rule.
  static func model(_ path: String) throws(Failure) -> any GGUFSource {
    let source = try RawArguments.open(path)
    guard let model = source as? any GGUFSource else {
      throw Failure("\(path.printable): is \(source.formatName); only a GGUF model is split and merged", .badData)
    }
    try requireSound(model)
    return model
  }

  static func remove(_ paths: [String]) throws(Failure) {
    for path in paths {
      do throws(FileError) {
        try removeFile(path)
      } catch {
        throw Failure(error)
      }
    }
  }
}
