internal import ArgumentParser
internal import FileAccess
internal import TensorCore

/// Files that commands write.
enum OutputFile {
  /// Refuses what cannot be the name of a file, as the user gave it to `--output`.
  static func validate(_ output: String) throws {
    if output == "-" { throw ValidationError("--output takes a file, not standard output") }
    if output.isEmpty { throw ValidationError("the output's name is empty") }
  }

  /// Refuses what could not be written later, before the work begins.
  static func check(_ path: String, replaces: Bool) throws(Failure) {
    do throws(FileError) {
      try AtomicFileWriter.check(path: path, replaces: replaces)
    } catch {
      throw Failure(error)
    }
  }

  /// Refuses an output that is one of the files that are read, whatever led to them.
  static func requireApart(_ output: String, from inputs: [String]) throws(Failure) {
    guard let identity = FileStatus(ofPath: output)?.identity else { return }
    if let same = inputs.first(where: { FileStatus(ofPath: $0)?.identity == identity }) {
      throw Failure("\(output.printable): is a file of the source itself (\(same.printable))", .cannotCreate)
    }
  }

  /// A text becomes a file, whole or not at all.
  static func write(_ text: String, to path: String, replaces: Bool) throws(Failure) {
    let bytes = Array(text.utf8)
    do throws(FileError) {
      let writer = try AtomicFileWriter(path: path, size: bytes.count, replaces: replaces)
      try writer.write(bytes.span, at: 0)
      try writer.commit()
    } catch {
      throw Failure(error)
    }
  }
}
