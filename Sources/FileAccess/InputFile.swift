public import TensorCore

/// A file, open for positioned reads by many threads at once. Of a file that is compressed with Zstandard, the contents are
/// read as if they were the file: the first bytes decide, not the name.
public final class InputFile: Sendable {
  /// Bytes of the contents, when the file was opened.
  public let size: Int

  private let stored: any StoredBytes
  /// nil where the file is not compressed.
  private let compressed: ZstandardContent?

  /// The path as it was given.
  public var path: String { stored.path }

  /// Whether the contents are compressed on the disk.
  public var isCompressed: Bool { compressed != nil }

  /// Whether it stands behind a network.
  public var isRemote: Bool { stored.isRemote }

  /// The file as a checkpoint's list of files has it.
  public var sourceFile: SourceFile {
    SourceFile(path: path, size: stored.size, unpackedSize: compressed.map(\.size), isRemote: isRemote)
  }

  /// Opens a regular file.
  ///
  /// Of a compressed file the headers of frames and blocks are read, to learn how large the contents are; only a frame
  /// that does not say it is unpacked for that, once.
  /// - Throws: ``SourceError/file(_:)`` for a file that is missing or unreadable, and for anything that is not a regular
  ///   file: a directory, a pipe (which is not waited for), a device. `.invalid` with a ``ZstandardError`` for a
  ///   compressed file that is damaged, as far as its headers show it.
  public convenience init(path: String) throws(SourceError) { try self.init(StoredFile(path: path)) }

  /// Opens what stands elsewhere than in a file on the disk.
  ///
  /// - Throws: As ``init(path:)``, for what is compressed. Remote bytes that are compressed need a seek table, unless they
  ///   are few.
  public init(_ stored: any StoredBytes) throws(SourceError) {
    self.stored = stored
    compressed = try ZstandardContent(stored)
    size = compressed?.size ?? stored.size
  }

  /// Fills `buffer` from `offset` on.
  ///
  /// - Throws: ``SourceError/file(_:)`` where the system refuses, or the file ends before the buffer is full; `.invalid`
  ///   with a ``ZstandardError`` where compressed contents are damaged.
  public func read(at offset: Int, into buffer: inout MutableSpan<UInt8>) throws(SourceError) {
    if let compressed {
      try compressed.read(at: offset, into: &buffer)
    } else {
      try stored.read(at: offset, into: &buffer)
    }
  }

  /// How many of `count` bytes from `position` on come with the first of them: of compressed contents those of its frame,
  /// since more means that another is unpacked.
  package func readAhead(_ count: Int, at position: Int) -> Int {
    guard let compressed, position >= 0, position < size else { return count }
    return min(count, compressed.frameEnd(at: position) - position)
  }

  /// Frames of a compressed file that have been unpacked whole so far; larger ones, which are unpacked as streams, do not
  /// count.
  package var unpackedFrames: Int { compressed?.unpackedFrames ?? 0 }

  /// Says that `range` will be read soon; nothing depends on it.
  public func prefetch(_ range: Range<Int>) {
    if let compressed { compressed.prefetch(range) } else { stored.prefetch(range) }
  }

  /// The bytes of `range`, which must be inside the contents.
  public func bytes(in range: Range<Int>) throws(SourceError) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: range.count)
    var span = result.mutableSpan
    try read(at: range.lowerBound, into: &span)
    return result
  }

  /// The contents of a file that is small where it is what it should be.
  ///
  /// - Parameter limit: The most bytes that are wanted.
  /// - Returns: All bytes; of a file that has more than `limit`, one more than that, which tells so.
  /// - Throws: As ``init(path:)`` and ``read(at:into:)``.
  public static func contents(ofFileAt path: String, limit: Int) throws(SourceError) -> [UInt8] {
    let file = try InputFile(path: path)
    return try file.bytes(in: 0..<min(file.size, limit + 1))
  }
}
