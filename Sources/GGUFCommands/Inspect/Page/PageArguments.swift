internal import ArgumentParser
internal import Checkpoints
internal import FileAccess
internal import GGUF
internal import Inspection
internal import Reports
internal import SystemPackage
internal import TensorCore

/// `--html`: everything about a checkpoint as one page.
struct PageArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Read all weights, and write one page to look at: overview, map of sizes, tensors with their histograms, metadata, tokens.",
      valueName: "file"), completion: .file(extensions: ["html"]), transform: PageFile.init)
  var html: PageFile?

  @Flag(help: "With --html: read only headers; the page says nothing of weights and blocks.")
  var noStats = false

  @Flag(help: "With --html: replace the page if it exists.")
  var force = false

  func validate() throws {
    if html == nil && noStats { throw ValidationError("--no-stats goes with --html") }
    if html == nil && force { throw ValidationError("--force goes with --html") }
  }

  /// Whether there is to be a page with more than headers.
  var readsWeights: Bool { html != nil && !noStats }

  /// Writes the page, and says so.
  ///
  /// Of a damaged GGUF file the page has what its headers say, and what is wrong with it.
  func write(
    _ inspection: Inspection, to path: String, _ arguments: SourceArguments, _ statistics: StatisticsArguments
  ) throws {
    let source = inspection.source
    try arguments.requireApart(path, from: source)
    try OutputFile.check(path, replaces: force)
    var page = CheckpointPage(inspection)
    var damage: Failure?
    if !noStats {
      do throws(Failure) {
        try requireSound(source)
        page.add(try statistics.measure(source.tensors, of: source))
      } catch {
        // What can be read of a damaged file is in the page.
        guard error.code == .badData else { throw error }
        page.limitation = error.message
        damage = error
      }
    }
    let html = try page.html()
    if Interruption.isRequested {
      throw Failure("interrupted; no page was written", Interruption.code ?? .interrupted)
    }
    try OutputFile.write(html, to: path, replaces: force)
    try StandardOutput.write(
      "\(path.printable) shows \(Numbers.counted(source.tensors.count, "tensor")) of \(arguments.name.printable)\n")
    try InspectCommand.requireNoDeviations(source)
    if let damage { throw damage }
  }
}

/// A file whose name says that it is a page.
struct PageFile {
  let path: String

  init(_ argument: String) throws {
    guard FilePath(argument).extension?.lowercased() == "html" else {
      throw ValidationError("expected a name that ends with .html, found \(argument.quoted())")
    }
    path = argument
  }
}
