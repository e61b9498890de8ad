import TensorCore

/// The seekable format (contrib/seekable_format of Zstandard): the last frame is a skippable one with the sizes of all
/// others, so that nothing needs to be walked.
extension FrameIndex {
  static let magic: UInt32 = 0x8F92_EAB1
  static let skippableMagic: UInt32 = 0x184D_2A5E
  static let footerBytes = 9

  /// Reads the table at the end of the file, and holds it against the frames' headers. These stand all over the file: of a
  /// remote one each is looked at when its frame is read (``requireFrame(_:)``).
  ///
  /// Checksums that a table may have are not compared: frames have their own.
  /// - Returns: nil where there is no such table.
  static func readSeekTable(_ reader: inout WindowedReader) throws(SourceError) -> FrameIndex? {
    let file = reader.file
    guard file.size >= 8 + footerBytes else { return nil }
    let footer = try file.bytes(in: (file.size - footerBytes)..<file.size)
    guard footer.span.load(UInt32.self, at: 5) == magic else { return nil }
    let count = Int(footer.span.load(UInt32.self, at: 0))
    let descriptor = footer[4]
    let entryBytes = descriptor & 0x80 != 0 ? 12 : 8
    let length = count * entryBytes + footerBytes
    let start = file.size - length - 8
    // A file that ends like a table by chance has no such frame around it.
    guard start >= 0 else { return nil }
    let head = try file.bytes(in: start..<(start + 8))
    guard head.span.load(UInt32.self, at: 0) == skippableMagic, head.span.load(UInt32.self, at: 4) == UInt32(length)
    else { return nil }
    guard descriptor & 0x7C == 0 else { throw file.invalid(.seekTableReservedBits(at: start)) }
    guard count <= mostFrames else { throw file.invalid(.tooManyFrames(limit: mostFrames)) }

    let entries = try file.bytes(in: (start + 8)..<(file.size - footerBytes))
    var index = FrameIndex()
    var at = 0
    for number in 0..<count {
      let compressed = Int(entries.span.load(UInt32.self, at: number * entryBytes))
      let content = Int(entries.span.load(UInt32.self, at: number * entryBytes + 4))
      guard at + compressed <= start else {
        throw file.invalid(.seekTableCoversOther(at: start, frames: at + compressed))
      }
      if !file.isRemote { try check(&reader, frame: at..<(at + compressed), content: content) }
      do throws(ZstandardError) {
        try index.append(at..<(at + compressed), content: content)
      } catch {
        throw file.invalid(error)
      }
      at += compressed
    }
    guard at == start else { throw file.invalid(.seekTableCoversOther(at: start, frames: at)) }
    return index
  }

  /// Holds the entry of a frame that is about to be read against its header.
  func requireFrame(_ number: Int, of file: any StoredBytes) throws(SourceError) {
    let frame = frames[number]
    var reader = WindowedReader(file)
    try Self.check(
      &reader, frame: frame.offset..<(frame.offset + frame.compressedSize), content: content(of: number).count)
  }

  /// Holds an entry against the header of the frame that is there.
  private static func check(
    _ reader: inout WindowedReader, frame: Range<Int>, content: Int
  ) throws(SourceError) {
    let file = reader.file
    let at = frame.lowerBound
    let start = try reader.bytes(at: at, atMost: 8)
    if FrameHeader.isSkippable(start.span), start.count == 8 {
      let length = 8 + Int(start.span.load(UInt32.self, at: 4))
      if length != frame.count {
        throw file.invalid(
          .seekTableDisagrees(at: at, what: "bytes", table: UInt64(frame.count), frame: UInt64(length)))
      }
      if content != 0 {
        throw file.invalid(.seekTableDisagrees(at: at, what: "bytes of contents", table: UInt64(content), frame: 0))
      }
      return
    }
    let header = try reader.frameHeader(at: at)
    if let size = header.contentSize, size != UInt64(content) {
      throw file.invalid(.seekTableDisagrees(at: at, what: "bytes of contents", table: UInt64(content), frame: size))
    }
    // The shortest block that unpacks to something takes four bytes.
    let (most, overflow) = (max(0, frame.count - header.length) / 4).multipliedReportingOverflow(by: header.blockLimit)
    guard overflow || content <= most else {
      throw file.invalid(.contentImpossible(at: at, size: UInt64(content), blocks: 0...most))
    }
    if UnpackedFrames.isTooLarge(compressed: frame.count, content: content) { try file.requireWindow(header, at: at) }
  }
}
