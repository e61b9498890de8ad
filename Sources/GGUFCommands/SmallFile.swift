internal import FileAccess
internal import TensorCore

/// Files that commands read whole beside the models.
enum SmallFile {
  /// - Returns: All bytes; of a file that has more than `limit`, one more than that, which tells so.
  static func read(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
    do throws(SourceError) {
      return try InputFile.contents(ofFileAt: path, limit: limit)
    } catch {
      throw Failure(error)
    }
  }
}
