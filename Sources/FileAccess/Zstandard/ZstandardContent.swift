import TensorCore

/// The contents of a file that is compressed with Zstandard, read at any place by many threads at once.
///
/// Frames of a few megabytes are unpacked whole, several at the same time. A larger frame is unpacked as a stream: what
/// is read in about the order of the contents is unpacked once, and a read far behind what was unpacked last begins at
/// the frame's start again.
final class ZstandardContent: Sendable {
  /// Bytes that are asked of a stream at a time.
  private static let stepBytes = 4 << 20

  /// Bytes of the contents.
  let size: Int

  private let file: any StoredBytes
  private let index: FrameIndex
  private let frames: UnpackedFrames
  private let streams: FrameStreams

  /// nil where the file is not compressed.
  init?(_ file: any StoredBytes) throws(SourceError) {
    guard let index = try FrameIndex.make(file) else { return nil }
    self.file = file
    self.index = index
    size = index.contentSize
    frames = UnpackedFrames(file, index)
    streams = FrameStreams(file, index)
  }

  private func isTooLarge(_ number: Int) -> Bool {
    UnpackedFrames.isTooLarge(
      compressed: index.frames[number].compressedSize, content: index.content(of: number).count)
  }

  /// Fills `buffer` from byte `offset` of the contents on.
  func read(at offset: Int, into buffer: inout MutableSpan<UInt8>) throws(SourceError) {
    let count = buffer.count
    guard offset >= 0, count <= size - offset else {
      throw .file(
        FileError(
          path: file.path, operation: .read,
          reason: "unpacks to \(size) bytes, and \(count) at byte \(offset) were asked for"))
    }
    var done = 0
    while done < count {
      let position = offset + done
      let number = index.frame(at: position)
      let content = index.content(of: number)
      let start = position - content.lowerBound
      var end = start + min(count - done, content.upperBound - position)
      if file.isRemote { try index.requireFrame(number, of: file) }
      if isTooLarge(number) {
        end = min(end, start + Self.stepBytes)
        var at = start
        for page in try streams.pages(of: number, start..<end) {
          let within = at % FrameStream.pageBytes
          let length = min(page.count - within, end - at)
          copy(page, within..<(within + length), into: &buffer, at: done + at - start)
          at += length
        }
      } else {
        copy(try frames.contents(of: number), start..<end, into: &buffer, at: done)
      }
      done += end - start
    }
  }

  /// Where the frame ends that holds a byte of the contents.
  func frameEnd(at position: Int) -> Int { index.content(of: index.frame(at: position)).upperBound }

  /// Frames that have been unpacked whole so far.
  var unpackedFrames: Int { frames.unpackedCount }

  /// Says that a range of the contents will be read soon.
  func prefetch(_ range: Range<Int>) {
    guard range.lowerBound >= 0, range.lowerBound < range.upperBound, range.upperBound <= size else { return }
    let (first, last) = (index.frame(at: range.lowerBound), index.frame(at: range.upperBound - 1))
    // A stream is read in order, which the system sees by itself.
    if isTooLarge(first) || isTooLarge(last) { return }
    let end = index.frames[last]
    file.prefetch(index.frames[first].offset..<(end.offset + end.compressedSize))
  }
}
