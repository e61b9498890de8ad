import TensorCore

/// Where the frames of a compressed file are, and which part of the contents each holds. Frames that hold nothing are
/// not listed.
struct FrameIndex: Sendable {
  /// More frames are refused: the index takes 24 bytes for each.
  static let mostFrames = 1 << 22
  /// The largest window of a frame that is unpacked as a stream, in bytes: what `zstd` itself takes without asking.
  static let largestWindow = 1 << 27
  /// Remote files without a seek table are read from end to end up to this size: that takes a few requests.
  static let mostBytesWalked = 8 << 20

  struct Frame: Sendable, Equatable {
    /// Bytes from the start of the file.
    let offset: Int
    let compressedSize: Int
    /// Bytes from the start of the contents.
    let contentStart: Int
  }

  /// In the order of the file, which is that of the contents.
  private(set) var frames: [Frame] = []
  /// Bytes of the contents.
  private(set) var contentSize = 0

  /// The bytes of the contents that a frame holds; never empty.
  func content(of number: Int) -> Range<Int> {
    let end = number + 1 < frames.count ? frames[number + 1].contentStart : contentSize
    return frames[number].contentStart..<end
  }

  /// The number of the frame that holds a byte of the contents.
  func frame(at position: Int) -> Int {
    var (low, high) = (0, frames.count)
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if frames[middle].contentStart <= position { low = middle } else { high = middle }
    }
    return low
  }

  mutating func append(_ frame: Range<Int>, content: Int) throws(ZstandardError) {
    guard content > 0 else { return }
    guard frames.count < Self.mostFrames else { throw .tooManyFrames(limit: Self.mostFrames) }
    let (end, overflow) = contentSize.addingReportingOverflow(content)
    guard !overflow else { throw .contentTooLarge(at: frame.lowerBound) }
    frames.append(Frame(offset: frame.lowerBound, compressedSize: frame.count, contentStart: contentSize))
    contentSize = end
  }

  /// Indexes a file: by its seek table where it has one, otherwise by the headers of all blocks.
  ///
  /// - Returns: nil where the file is not compressed.
  static func make(_ file: any StoredBytes) throws(SourceError) -> FrameIndex? {
    var reader = WindowedReader(file)
    guard try isCompressed(&reader) else { return nil }
    if let index = try readSeekTable(&reader) { return index }
    guard !file.isRemote || file.size <= mostBytesWalked else {
      throw .file(
        FileError(
          path: file.path, operation: .read,
          reason:
            "is compressed without a seek table, so that all of it would have to be read; download it, or pack it with "
            + "gguf pack"))
    }
    return try walkFrames(&reader)
  }

  /// Whether a frame stands at the start of the file, or behind the skippable frames there.
  private static func isCompressed(_ reader: inout WindowedReader) throws(SourceError) -> Bool {
    var at = 0
    while true {
      let start = try reader.bytes(at: at, atMost: 8)
      if FrameHeader.isFrame(start.span) { return true }
      guard FrameHeader.isSkippable(start.span), start.count == 8 else { return false }
      let end = at + 8 + Int(start.span.load(UInt32.self, at: 4))
      guard end < reader.file.size else { return false }
      at = end
    }
  }

  private static func walkFrames(_ reader: inout WindowedReader) throws(SourceError) -> FrameIndex {
    let file = reader.file
    var found: [(frame: Range<Int>, content: Int?)] = []
    var at = 0
    while at < file.size {
      let start = try reader.bytes(at: at, atMost: FrameHeader.longest)
      if FrameHeader.isSkippable(start.span) {
        guard start.count >= 8 else { throw file.invalid(.cutOff(at: at, needs: at + 8, size: file.size)) }
        let end = at + 8 + Int(start.span.load(UInt32.self, at: 4))
        guard end <= file.size else { throw file.invalid(.cutOff(at: at, needs: end, size: file.size)) }
        at = end
        continue
      }
      let header = try reader.frameHeader(at: at)
      let (end, sizes) = try walkBlocks(&reader, of: header, at: at)
      var content: Int?
      if let size = header.contentSize {
        guard let exact = Int(exactly: size), sizes.contains(exact) else {
          throw file.invalid(.contentImpossible(at: at, size: size, blocks: sizes))
        }
        content = exact
      } else if sizes.count == 1 {
        content = sizes.lowerBound
      } else {
        try file.requireWindow(header, at: at)
      }
      if let content, UnpackedFrames.isTooLarge(compressed: end - at, content: content) {
        try file.requireWindow(header, at: at)
      }
      if content != 0 {
        guard found.count < mostFrames else { throw file.invalid(.tooManyFrames(limit: mostFrames)) }
        found.append((at..<end, content))
      }
      at = end
    }
    let sizes = try FrameDecoder.contentSizes(of: found.filter { $0.content == nil }.map(\.frame), in: file)
    var index = FrameIndex()
    var unpacked = sizes.makeIterator()
    for (frame, content) in found {
      do throws(ZstandardError) {
        try index.append(frame, content: content ?? unpacked.next() ?? 0)
      } catch {
        throw file.invalid(error)
      }
    }
    return index
  }

  /// Passes from block header to block header.
  ///
  /// - Returns: Where the frame ends, and what its blocks can unpack to, at least and at most.
  private static func walkBlocks(
    _ reader: inout WindowedReader, of header: FrameHeader, at frame: Int
  ) throws(SourceError) -> (end: Int, content: ClosedRange<Int>) {
    let file = reader.file
    func cutOff(_ needs: Int) -> SourceError { file.invalid(.cutOff(at: frame, needs: needs, size: file.size)) }
    let limit = header.blockLimit
    var at = frame + header.length
    // A block takes three bytes of the file at least, so the sums stay far below 2^63.
    var (least, most) = (0, 0)
    while true {
      guard let word = try reader.blockHeader(at: at) else { throw cutOff(at + 3) }
      let size = word >> 3
      guard size <= limit else {
        throw file.invalid(.blockTooLarge(at: frame, block: at, size: size, limit: limit))
      }
      var end = at + 3
      switch word >> 1 & 3 {
      case 0:
        end += size
        least += size
        most += size
      case 1:
        // One byte, repeated.
        end += 1
        least += size
        most += size
      case 2:
        end += size
        most += limit
      default: throw file.invalid(.blockTypeReserved(at: frame, block: at))
      }
      guard end <= file.size else { throw cutOff(end) }
      at = end
      if word & 1 != 0 { break }
    }
    if header.hasChecksum { at += 4 }
    guard at <= file.size else { throw cutOff(at) }
    return (at, least...most)
  }
}

extension StoredBytes {
  func invalid(_ error: ZstandardError) -> SourceError { .invalid(path: path, error) }

  /// Refuses a frame that is unpacked as a stream and would need too much memory for it.
  func requireWindow(_ header: FrameHeader, at frame: Int) throws(SourceError) {
    let limit = FrameIndex.largestWindow
    guard header.windowSize <= UInt64(limit) else {
      throw invalid(.windowTooLarge(at: frame, size: header.windowSize, limit: limit))
    }
  }
}

/// Reads short stretches of a file in ascending order: those that lie close together with one call of the system.
struct WindowedReader {
  private static let windowBytes = 4 << 10

  let file: any StoredBytes
  private var window: [UInt8] = []
  private var windowStart = 0

  init(_ file: any StoredBytes) { self.file = file }

  /// `count` bytes from `offset` on, or as many as there are.
  mutating func bytes(at offset: Int, atMost count: Int) throws(SourceError) -> [UInt8] {
    let length = max(0, min(count, file.size - offset))
    try fill(offset..<(offset + length))
    return Array(window[(offset - windowStart)..<(offset - windowStart + length)])
  }

  /// The three bytes of a block header as one number; nil where the file ends before them.
  mutating func blockHeader(at offset: Int) throws(SourceError) -> Int? {
    guard offset <= file.size - 3 else { return nil }
    try fill(offset..<(offset + 3))
    let start = offset - windowStart
    return Int(window[start]) | Int(window[start + 1]) << 8 | Int(window[start + 2]) << 16
  }

  private mutating func fill(_ range: Range<Int>) throws(SourceError) {
    if range.lowerBound >= windowStart, range.upperBound <= windowStart + window.count { return }
    let start = range.lowerBound
    window = try file.bytes(in: start..<min(file.size, start + max(range.count, Self.windowBytes)))
    windowStart = start
  }

  /// The header of a frame, which no dictionary belongs to.
  mutating func frameHeader(at offset: Int) throws(SourceError) -> FrameHeader {
    let bytes = try bytes(at: offset, atMost: FrameHeader.longest)
    let header: FrameHeader
    do throws(FrameHeader.Fault) {
      header = try FrameHeader(bytes.span)
    } catch {
      switch error {
      case .notAFrame: throw file.invalid(.notAFrame(at: offset, found: Array(bytes.prefix(4))))
      case .cutOff(let needs): throw file.invalid(.cutOff(at: offset, needs: offset + needs, size: file.size))
      case .reservedBit: throw file.invalid(.reservedBit(at: offset))
      }
    }
    if header.dictionary != 0 { throw file.invalid(.needsDictionary(at: offset, id: header.dictionary)) }
    return header
  }
}
