internal import ArgumentParser
internal import FileAccess
internal import Safetensors
internal import SystemPackage
internal import TensorCore

/// The safetensors files that a command writes: one, or shards and their index, beside each other.
struct SafetensorsOutput {
  let layout: ShardedLayout
  /// As it was given.
  let path: String

  /// What the output is called where no file is written.
  static let defaultFileName = "model" + ShardedLayout.fileNameEnd

  /// Refuses what cannot be the name of the output.
  static func validate(_ output: String) throws {
    if output == "-" { throw ValidationError("--output takes a file, not standard output") }
    if !output.hasSuffix(ShardedLayout.fileNameEnd) {
      throw ValidationError("the output's name must end with .safetensors, found \(output.quoted())")
    }
  }

  /// The name of the file that the user gave.
  static func fileName(_ output: String?) -> String {
    output.flatMap { FilePath($0).lastComponent?.string } ?? defaultFileName
  }

  /// Where a file of the layout stands.
  static func path(of name: String, beside output: String) -> String {
    FilePath(output).removingLastComponent().appending(name).string
  }

  /// A number of bytes as `--max-shard-size` has it.
  static func shardSize(_ argument: String) throws -> Int {
    guard let bytes = ByteCount.parse(argument) else {
      throw ValidationError("expected a number of bytes as in 5GB or 500MiB, found \(argument.quoted())")
    }
    return bytes
  }

  /// All files, the index last.
  private var files: [(path: String, size: Int)] {
    let index = layout.index.map { [(name: $0.name, size: $0.bytes.count)] } ?? []
    return (layout.files.map { (name: $0.name, size: $0.layout.fileSize) } + index)
      .map { (path: Self.path(of: $0.name, beside: path), size: $0.size) }
  }

  /// Refuses what could not be written later, before the work begins.
  func check(apartFrom source: SourceArguments, _ checkpoint: any TensorSource, replaces: Bool) throws(Failure) {
    for file in files { try source.requireApart(file.path, from: checkpoint) }
    for file in files { try OutputFile.check(file.path, replaces: replaces) }
  }

  /// Writes all files beside their names, and then names them.
  ///
  /// - Parameter body: Fills the files of the layout; the index is written for it.
  func write<Result>(
    _ work: LongWork, replaces: Bool, _ body: ([AtomicFileWriter], LongWork.Monitor) throws -> Result
  ) throws(Failure) -> Result {
    try work.run { monitor in
      var writers: [AtomicFileWriter] = []
      for file in files { writers.append(try AtomicFileWriter(path: file.path, size: file.size, replaces: replaces)) }
      let result = try body(Array(writers.prefix(layout.files.count)), monitor)
      if let index = layout.index { try writers.last?.write(index.bytes.span, at: 0) }
      try monitor.requireGoingOn()
      try AtomicFileWriter.commit(writers)
      return result
    }
  }
}
