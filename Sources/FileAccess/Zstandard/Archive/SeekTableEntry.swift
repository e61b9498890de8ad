import TensorCore

/// What the seek table of an archive says of a frame.
struct SeekTableEntry: Sendable {
  /// Bytes of the frame.
  let compressed: UInt32
  /// Bytes of its contents.
  let content: UInt32
  /// The low half of the XXH64 of the contents.
  let checksum: UInt32

  /// - Parameter frame: One that ends with a checksum, which is that of the table too.
  init(frame: CompressedFrame, content: Int) {
    compressed = UInt32(frame.count)
    self.content = UInt32(content)
    checksum = frame.buffer.span.load(UInt32.self, at: frame.count - 4)
  }

  /// Bytes of a table of so many frames.
  static func tableBytes(frames: Int) -> Int { 8 + 12 * frames + FrameIndex.footerBytes }

  /// The skippable frame at the end of an archive.
  static func table(_ entries: [SeekTableEntry]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(tableBytes(frames: entries.count))
    func append(_ number: UInt32) {
      for i in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: number >> UInt32(8 * i))) }
    }
    append(FrameIndex.skippableMagic)
    append(UInt32(12 * entries.count + FrameIndex.footerBytes))
    for entry in entries {
      append(entry.compressed)
      append(entry.content)
      append(entry.checksum)
    }
    append(UInt32(entries.count))
    // There are checksums.
    bytes.append(0x80)
    append(FrameIndex.magic)
    return bytes
  }
}
