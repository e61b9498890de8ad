public import Checkpoints
public import FileAccess
public import TensorCore

/// Restores what is in a file that is compressed with Zstandard. Frames are unpacked on several threads, and their
/// checksums compared; what is one large frame is unpacked by one.
public struct Unpacker: Sendable {
  /// Bytes that a thread takes at a time.
  private static let pieceBytes = 1 << 20

  public let file: InputFile
  /// At least 1.
  public let threads: Int

  /// - Throws: ``SourceError``; `.invalid` with ``ArchiveError/notCompressed``, or a ``ZstandardError``.
  public init(path: String, threads: Int) throws(SourceError) {
    file = try InputFile(path: path)
    self.threads = max(1, threads)
    guard file.isCompressed else { throw .invalid(path: path, ArchiveError.notCompressed) }
  }

  /// Bytes that will be written.
  public var workBytes: Int { file.size }

  /// Writes the contents into `output`, which the caller commits.
  ///
  /// - Parameters:
  ///   - output: A file of the contents' size.
  ///   - isCancelled: Asked before every piece.
  ///   - progress: Told of every piece: its bytes, and the file's name. Called from many threads.
  /// - Throws: ``StreamFailure``: of several, that of the piece that stands first.
  public func run(
    into output: AtomicFileWriter, isCancelled: @Sendable () -> Bool = { false },
    progress: @Sendable (Int, String) -> Void = { _, _ in }
  ) throws(StreamFailure) {
    let (file, threads, size) = (file, threads, file.size)
    let pieces = NumberedWork(count: (size + Self.pieceBytes - 1) / Self.pieceBytes)
    @Sendable func range(_ number: Int) -> Range<Int> {
      (number * Self.pieceBytes)..<min(size, (number + 1) * Self.pieceBytes)
    }
    try pieces.forEachInParallel(threads: threads, isCancelled: isCancelled, makeState: PieceBuffer.init) {
      (number, buffer) throws(StreamFailure) in
      let piece = range(number)
      if number + threads < pieces.count { file.prefetch(range(number + threads)) }
      do throws(SourceError) {
        try buffer.read(piece, of: file)
      } catch {
        throw .source(error)
      }
      do throws(FileError) {
        try output.write(buffer.bytes.span, at: piece.lowerBound)
      } catch {
        throw .output(error)
      }
      progress(piece.count, file.path)
    } failed: { _ in
    }
  }
}
