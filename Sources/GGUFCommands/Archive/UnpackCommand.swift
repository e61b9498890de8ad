internal import ArgumentParser
internal import Conversion
internal import FileAccess
internal import TensorCore

/// `gguf unpack`: what is in a file that is compressed with Zstandard.
struct UnpackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unpack",
    abstract: "Restores a file that is compressed with Zstandard.",
    discussion: """
      Takes what gguf pack, zstd and others make. The frames of an archive are unpacked on every processor, a file that is \
      one large frame by one. Checksums are compared; a damaged file leaves no output.
      """)

  @Argument(help: "A .zst file.", completion: .file(extensions: ["zst"]))
  var source: String

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "file"), completion: .file())
  var output: String

  @Flag(help: "Replace the output if it exists.")
  var force = false

  @OptionGroup var threads: ThreadArguments

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "No progress on standard error.")
  var quiet = false

  func validate() throws {
    try RawArguments.validate(path: source, "the source")
    try OutputFile.validate(output)
  }

  func run() throws {
    let started = ContinuousClock.now
    let unpacker: Unpacker
    do throws(SourceError) {
      unpacker = try Unpacker(path: source, threads: threads.count)
    } catch {
      throw Failure(error)
    }
    Interruption.watch()
    try ArchiveOutput.check(output, source: source, replaces: force)
    let work = LongWork("unpacking", total: unpacker.workBytes, isSilent: quiet, hasOutput: true)
    try work.run { monitor in
      let writer = try AtomicFileWriter(path: output, size: unpacker.file.size, replaces: force)
      try unpacker.run(into: writer, isCancelled: monitor.isCancelled, progress: monitor.progress)
      try monitor.requireGoingOn()
      try writer.commit()
    }
    let report = UnpackReport(
      source: source, output: output, sourceSize: unpacker.file.sourceFile.size, size: unpacker.file.size,
      seconds: seconds(ContinuousClock.now - started))
    if json { try JSONOutput.print(report) } else { try StandardOutput.write(report.text) }
  }
}

/// What `gguf unpack` tells: `gguf-unpack-1`.
private struct UnpackReport: Encodable {
  let schema = "gguf-unpack-1"
  let source: String
  let output: String
  let sourceSize: Int
  let size: Int
  let seconds: Double

  var text: String {
    "\(output.printable): \(Numbers.grouped(size)) bytes, from \(Numbers.grouped(sourceSize))\n"
      + "unpacked \(Numbers.bytes(size)) in \(Numbers.fixed(seconds, 2)) s\n"
  }
}
