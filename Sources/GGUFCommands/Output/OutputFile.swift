internal import FileAccess
internal import TensorCore

/// Files that commands write.
enum OutputFile {
  /// Refuses what could not be written later, before the work begins.
  static func check(_ path: String, replaces: Bool) throws(Failure) {
    do throws(FileError) {
      try AtomicFileWriter.check(path: path, replaces: replaces)
    } catch {
      throw Failure(error)
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
