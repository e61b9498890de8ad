import FileAccess
import Foundation
import TestSupport
import Testing

/// Headers by RFC 8878, section 3.1.1.1.
@Suite("Headers of Zstandard frames")
struct FrameHeaderTests {
  @Test(
    "The size is what the frame says",
    arguments: [
      // One segment, a size of 1, 2 (plus 256), 4 and 8 bytes.
      ("28 b5 2f fd 20 07", 7), ("28 b5 2f fd 20 00", 0), ("28 b5 2f fd 60 01 00", 257),
      ("28 b5 2f fd a0 78 56 34 12", 0x1234_5678), ("28 b5 2f fd e0 00 00 00 00 00 00 00 10", 1 << 60),
      // A window descriptor, and a dictionary, stand before the size.
      ("28 b5 2f fd 80 58 10 00 00 00", 16), ("28 b5 2f fd c3 58 01 00 00 00 00 00 00 00 01 00 00 00", 1 << 32),
      // No size.
      ("28 b5 2f fd 00 58", nil),
    ] as [(String, UInt64?)])
  func size(hex: String, size: UInt64?) throws {
    let bytes = [UInt8](hex: hex)
    let header = try FrameHeader(bytes.span)
    #expect(header.contentSize == size)
    #expect(header.length == bytes.count)
    #expect(header.length <= FrameHeader.longest)
  }

  @Test(
    "The window follows from its descriptor, or is the size",
    arguments: [
      ("28 b5 2f fd 00 00", 1024), ("28 b5 2f fd 00 01", 1152), ("28 b5 2f fd 00 58", 2 << 20),
      ("28 b5 2f fd 00 ff", (1 << 41) + 7 * (1 << 38)), ("28 b5 2f fd 20 07", 7), ("28 b5 2f fd 60 01 00", 257),
    ] as [(String, UInt64)])
  func window(hex: String, size: UInt64) throws {
    let bytes = [UInt8](hex: hex)
    #expect(try FrameHeader(bytes.span).windowSize == size)
  }

  @Test("A dictionary and a checksum are said by bits of the descriptor")
  func bits() throws {
    let bytes = [UInt8](hex: "28 b5 2f fd 27 04 03 02 01 07")
    let header = try FrameHeader(bytes.span)
    #expect(header.dictionary == 0x0102_0304 && header.hasChecksum && header.contentSize == 7)
    #expect(header.length == 10)
  }

  @Test(
    "What is no header is refused",
    arguments: [
      ("28 b5 2f fd", .cutOff(needs: 5)), ("28 b5 2f fd e0 00 00", .cutOff(needs: 13)),
      ("28 b5 2f fd 28 07", .reservedBit), ("47 47 55 46 03 00 00 00", .notAFrame), ("", .cutOff(needs: 5)),
    ] as [(String, FrameHeader.Fault)])
  func faults(hex: String, fault: FrameHeader.Fault) throws {
    let bytes = [UInt8](hex: hex)
    #expect(throws: fault) { _ = try FrameHeader(bytes.span) }
  }
}

/// The example of formats/archive.md.
@Suite("The page about compressed files")
struct ArchivePageTests {
  @Test("Its examples unpack to what it says")
  func examples() throws {
    let blocks = try FormatPage("archive.md").blocks("zstandard-example")
    #expect(blocks.count == 2)
    let folder = try TemporaryFolder()
    for block in blocks {
      let file = try InputFile(path: folder.write("example", block.bytes("file")))
      #expect(file.isCompressed)
      #expect(try file.bytes(in: 0..<file.size) == block.bytes("contents"))
    }
  }

  @Test("Its second example is what is written, with the cut that it has")
  func written() throws {
    let block = try #require(try FormatPage("archive.md").blocks("zstandard-example").last)
    let contents = try block.bytes("contents")
    let folder = try TemporaryFolder()
    let layout = try ArchiveLayout(contentSize: contents.count, sectionStarts: [Int(try block.value("cut")) ?? 0])
    let writer = try ArchiveWriter(path: folder.file("a"), layout: layout, threads: 1, replaces: false)
    try writer.write(contents.span, at: 0)
    try writer.commit()
    #expect(Array(try Data(contentsOf: URL(fileURLWithPath: folder.file("a")))) == (try block.bytes("file")))
  }
}
