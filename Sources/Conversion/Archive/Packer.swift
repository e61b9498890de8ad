public import Checkpoints
public import FileAccess
public import TensorCore

/// Packs a file into a Zstandard archive (formats/archive.md), frame by frame, on several threads.
///
/// Memory is bounded by threads x frame. The bytes written do not depend on the number of threads.
public struct Packer: Sendable {
  public let source: ArchiveSource
  public let layout: ArchiveLayout
  /// At least 1.
  public let threads: Int

  /// - Parameter frameBytes: The most bytes of a frame, in ``ArchiveLayout/frameBytes``.
  /// - Throws: ``SourceError``: `.invalid` with ``ZstandardError/tooManyFrames(limit:)``.
  public init(source: ArchiveSource, frameBytes: Int, threads: Int) throws(SourceError) {
    self.source = source
    self.threads = max(1, threads)
    do throws(ZstandardError) {
      layout = try ArchiveLayout(
        contentSize: source.file.size, sectionStarts: source.sectionStarts, frameBytes: frameBytes)
    } catch {
      throw .invalid(path: source.file.path, error)
    }
  }

  /// Bytes that will be read.
  public var workBytes: Int { source.file.size }

  /// Writes all frames into `output`, which the caller commits.
  ///
  /// - Parameters:
  ///   - output: An archive of this layout.
  ///   - isCancelled: Asked before every frame.
  ///   - progress: Told of every frame: its bytes, and the file's name. Called from many threads.
  /// - Throws: ``StreamFailure``: of several, that of the frame that stands first.
  public func run(
    into output: ArchiveWriter, isCancelled: @Sendable () -> Bool = { false },
    progress: @Sendable (Int, String) -> Void = { _, _ in }
  ) throws(StreamFailure) {
    let (file, frames, threads) = (source.file, layout.frames, threads)
    let work = NumberedWork(count: frames.count)
    try work.forEachInParallel(threads: threads, isCancelled: isCancelled, makeState: PieceBuffer.init) {
      (number, buffer) throws(StreamFailure) in
      guard output.waitForTurn(number) else { return }
      let range = frames[number]
      if number + threads < frames.count { file.prefetch(frames[number + threads]) }
      do throws(SourceError) {
        try buffer.read(range, of: file)
      } catch {
        throw .source(error)
      }
      do throws(FileError) {
        try output.writeFrame(number, buffer.bytes.span)
      } catch {
        throw .output(error)
      }
      progress(range.count, file.path)
    } failed: { _ in
      output.abandon()
    }
  }
}
