internal import ArgumentParser
internal import Conversion
internal import FileAccess
internal import TensorCore

/// `gguf pack`: a file into a Zstandard archive.
struct PackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pack",
    abstract: "Packs a model file into a Zstandard archive that is read without being unpacked.",
    discussion: """
      The archive has the seekable format of Zstandard: frames, which begin where the header ends and where tensors begin, \
      and a table of them. Every command reads it in place of the file, and unpacks only the frames that it needs; \
      gguf unpack and zstd -d restore the file, byte for byte.

      A file that is neither GGUF nor safetensors is cut into frames of equal size. The same file becomes the same archive \
      with any number of threads.
      """)

  @Argument(help: "A .gguf or .safetensors file, or any other.", completion: .file())
  var source: String

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The archive to write: its name ends with .zst.", valueName: "file"),
    completion: .file(extensions: ["zst"]))
  var output: String

  @OptionGroup var archive: ArchiveArguments

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
    guard output.hasSuffix(ArchiveArguments.fileNameEnd) else {
      throw ValidationError("the output's name must end with .zst, found \(output.quoted())")
    }
  }

  func run() throws {
    let started = ContinuousClock.now
    let packer: Packer
    do throws(SourceError) {
      packer = try Packer(
        source: ArchiveSource(path: source), frameBytes: archive.frameBytes, threads: threads.count)
    } catch {
      throw Failure(error)
    }
    Interruption.watch()
    try ArchiveOutput.check(output, source: source, replaces: force)
    let size = try run(packer)
    let report = PackReport(
      source: source, output: output, format: packer.source.formatName, sourceSize: packer.source.file.size, size: size,
      frames: packer.layout.frames.count, frameSize: archive.frameBytes, level: archive.chosenLevel,
      seconds: seconds(ContinuousClock.now - started))
    if json { try JSONOutput.print(report) } else { try StandardOutput.write(report.text) }
  }

  /// - Returns: Bytes of the archive.
  private func run(_ packer: Packer) throws(Failure) -> Int {
    let work = LongWork("packing", total: packer.workBytes, isSilent: quiet, hasOutput: true)
    return try work.run { monitor in
      let writer = try ArchiveWriter(
        path: output, layout: packer.layout, level: archive.chosenLevel, threads: threads.count, replaces: force)
      try packer.run(into: writer, isCancelled: monitor.isCancelled, progress: monitor.progress)
      try monitor.requireGoingOn()
      try writer.commit()
      return writer.size
    }
  }
}

/// What `gguf pack` tells: `gguf-pack-1`.
private struct PackReport: Encodable {
  let schema = "gguf-pack-1"
  let source: String
  let output: String
  let format: String?
  let sourceSize: Int
  let size: Int
  let frames: Int
  let frameSize: Int
  let level: Int
  let seconds: Double

  var text: String {
    "\(output.printable): \(PackedSize.text(size, of: sourceSize, frames: frames, level: level))\n"
      + "packed \(Numbers.bytes(sourceSize)) of \(format ?? "other data") in \(Numbers.fixed(seconds, 2)) s\n"
  }
}

/// How large an archive is, in words.
enum PackedSize {
  static func text(_ size: Int, of contents: Int, frames: Int, level: Int) -> String {
    let share = contents == 0 ? "" : ", \(Numbers.fixed(Double(size) / Double(contents) * 100, 1)) %"
    return "\(Numbers.grouped(size)) of \(Numbers.grouped(contents)) bytes\(share), "
      + "in \(Numbers.counted(frames, "frame")) at level \(level)"
  }
}

/// A file that `gguf pack` or `gguf unpack` writes.
enum ArchiveOutput {
  /// Refuses what could not be written later, before the work begins.
  static func check(_ output: String, source: String, replaces: Bool) throws(Failure) {
    if let identity = FileStatus(ofPath: output)?.identity, identity == FileStatus(ofPath: source)?.identity {
      throw Failure("\(output.printable): is the source itself", .cannotCreate)
    }
    try OutputFile.check(output, replaces: replaces)
  }
}
