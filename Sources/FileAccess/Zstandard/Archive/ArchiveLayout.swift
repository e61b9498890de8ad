/// Where the contents of an archive are cut into frames.
///
/// Each section of the contents (the header, a tensor) begins a frame if it is longer than a frame may be; it is then cut
/// into as few frames as it takes, of about the same length. Shorter ones share a frame with their neighbours, as many as
/// fit. The first section, which is the header, shares its frames with nothing.
public struct ArchiveLayout: Sendable {
  /// Bytes of contents that a frame may have: what readers unpack whole, and what is worth a frame of its own.
  public static let frameBytes = (64 << 10)...(8 << 20)
  /// Measured: formats/archive.md.
  public static let defaultFrameBytes = 2 << 20
  /// Pieces of a long section are multiples of this, but for the last: a block of Zstandard.
  private static let pieceUnit = 128 << 10

  /// Bytes of the contents, without gaps; one empty range where there are no contents.
  public private(set) var frames: [Range<Int>] = []
  /// Bytes of the contents.
  public let contentSize: Int

  /// - Parameters:
  ///   - contentSize: Bytes.
  ///   - sectionStarts: Where sections behind the first begin, in any order; those outside of the contents are passed over.
  ///   - frameBytes: The most bytes of a frame, in ``frameBytes``.
  /// - Throws: ``ZstandardError/tooManyFrames(limit:)``.
  public init(
    contentSize: Int, sectionStarts: [Int], frameBytes: Int = defaultFrameBytes
  ) throws(ZstandardError) {
    precondition(contentSize >= 0 && Self.frameBytes.contains(frameBytes))
    self.contentSize = contentSize
    var starts = sectionStarts.filter { 0 < $0 && $0 < contentSize }.sorted()
    starts.append(contentSize)
    var begin = 0
    // What shares the next frame.
    var shared = 0..<0
    for (number, end) in starts.enumerated() where end > begin {
      let section = begin..<end
      begin = end
      if number > 0 && section.upperBound - shared.lowerBound <= frameBytes {
        shared = shared.lowerBound..<section.upperBound
        continue
      }
      try append(shared)
      shared = section.upperBound..<section.upperBound
      if number > 0 && section.count <= frameBytes {
        shared = section
      } else {
        try appendPieces(of: section, frameBytes)
      }
    }
    try append(shared)
    if frames.isEmpty { frames = [0..<0] }
  }

  private mutating func appendPieces(of section: Range<Int>, _ frameBytes: Int) throws(ZstandardError) {
    let count = (section.count - 1) / frameBytes + 1
    let even = (section.count - 1) / count + 1
    let length = min(frameBytes, ((even - 1) / Self.pieceUnit + 1) * Self.pieceUnit)
    for start in stride(from: section.lowerBound, to: section.upperBound, by: length) {
      try append(start..<min(start + length, section.upperBound))
    }
  }

  private mutating func append(_ frame: Range<Int>) throws(ZstandardError) {
    if frame.isEmpty { return }
    guard frames.count < FrameIndex.mostFrames else { throw .tooManyFrames(limit: FrameIndex.mostFrames) }
    frames.append(frame)
  }

  /// The number of the frame that holds a byte of the contents.
  ///
  /// - Complexity: O(log *n*) for *n* frames.
  func frame(at position: Int) -> Int {
    var (low, high) = (0, frames.count)
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if frames[middle].lowerBound <= position { low = middle } else { high = middle }
    }
    return low
  }
}
