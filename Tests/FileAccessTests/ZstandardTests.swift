import FileAccess
import TestSupport
import Testing

struct ZstandardTests {
  @Test(arguments: [
    ("28 b5 2f fd", true), ("28 b5 2f fd 00 00", true), ("28 b5 2f fc", false), ("fd 2f b5 28", false),
    ("28 b5 2f", false), ("", false), ("47 47 55 46 03 00 00 00", false),
    ("50 2a 4d 18 04 00 00 00", false),  // a skippable frame
  ])
  func aFrameIsKnownByItsMagicNumber(hex: String, isFrame: Bool) {
    #expect(Zstandard.isFrame([UInt8](hex: hex).span) == isFrame)
  }

  /// Headers by RFC 8878, section 3.1.1.1.
  @Test(
    arguments: [
      // One segment, a size of 1, 2 (plus 256), 4 and 8 bytes.
      ("28 b5 2f fd 20 07", 7), ("28 b5 2f fd 20 00", 0), ("28 b5 2f fd 60 01 00", 257),
      ("28 b5 2f fd a0 78 56 34 12", 0x1234_5678), ("28 b5 2f fd e0 00 00 00 00 00 00 00 10", 1 << 60),
      // A window descriptor stands before the size.
      ("28 b5 2f fd 80 58 10 00 00 00", 16),
      // No size; a header that is cut off; reserved bit; no frame at all.
      ("28 b5 2f fd 00 58", nil), ("28 b5 2f fd", nil), ("28 b5 2f fd e0 00 00", nil), ("28 b5 2f fd 28 07", nil),
      ("47 47 55 46 03 00 00 00", nil), ("", nil),
    ] as [(String, UInt64?)])
  func theSizeIsWhatTheFrameSays(hex: String, size: UInt64?) {
    #expect(Zstandard.contentSize([UInt8](hex: hex).span) == size)
  }

  @Test func theLongestFrameHeaderIsThatOfTheFormat() {
    // Magic 4, descriptor 1, window 1, dictionary id 4, size 8.
    #expect(Zstandard.longestFrameHeader == 18)
    let header = "28 b5 2f fd c3 58 01 00 00 00 00 00 00 00 01 00 00 00"
    #expect([UInt8](hex: header).count == 18)
    #expect(Zstandard.contentSize([UInt8](hex: header).span) == 1 << 32)
  }
}
