import TensorCore

/// The header of a Zstandard frame (RFC 8878, section 3.1.1.1).
package struct FrameHeader: Equatable {
  /// Bytes that are enough to hold any frame header: magic 4, descriptor 1, window 1, dictionary id 4, content size 8.
  package static let longest = 18
  package static let magic: UInt32 = 0xFD2F_B528
  /// No block decompresses to more.
  package static let largestBlock = 128 << 10

  /// Bytes of the header.
  package let length: Int
  /// What a decoder must keep of what it has unpacked, in bytes.
  package let windowSize: UInt64
  /// Bytes of the frame when unpacked; nil where the frame does not say.
  package let contentSize: UInt64?
  /// 0 where no dictionary is needed.
  package let dictionary: UInt32
  package let hasChecksum: Bool

  /// Bytes that no block of the frame decompresses to more of.
  package var blockLimit: Int { Int(min(windowSize, UInt64(Self.largestBlock))) }

  /// What is wrong with a header.
  package enum Fault: Error, Equatable {
    case notAFrame
    case cutOff(needs: Int)
    case reservedBit
  }

  /// - Parameter bytes: The start of the frame: ``longest`` bytes, or all that there are.
  package init(_ bytes: Span<UInt8>) throws(Fault) {
    guard bytes.count >= 4 else { throw .cutOff(needs: 5) }
    guard bytes.load(UInt32.self, at: 0) == Self.magic else { throw .notAFrame }
    guard bytes.count >= 5 else { throw .cutOff(needs: 5) }
    let descriptor = bytes[4]
    guard descriptor & 0x08 == 0 else { throw .reservedBit }
    let isSingleSegment = descriptor & 0x20 != 0
    let dictionaryBytes = [0, 1, 2, 4][Int(descriptor & 3)]
    let sizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][Int(descriptor >> 6)]
    let windowBytes = isSingleSegment ? 0 : 1
    length = 5 + windowBytes + dictionaryBytes + sizeBytes
    guard bytes.count >= length else { throw .cutOff(needs: length) }

    func number(_ count: Int, at start: Int) -> UInt64 {
      var value: UInt64 = 0
      for i in 0..<count { value |= UInt64(bytes[start + i]) << UInt64(8 * i) }
      return value
    }
    dictionary = UInt32(truncatingIfNeeded: number(dictionaryBytes, at: 5 + windowBytes))
    let size = number(sizeBytes, at: 5 + windowBytes + dictionaryBytes)
    // Two bytes count from 256, since one byte holds the sizes below.
    contentSize = sizeBytes == 0 ? nil : sizeBytes == 2 ? size + 256 : size
    if isSingleSegment {
      windowSize = size + (sizeBytes == 2 ? 256 : 0)
    } else {
      let base = UInt64(1) << UInt64(10 + bytes[5] >> 3)
      windowSize = base + base / 8 * UInt64(bytes[5] & 7)
    }
    hasChecksum = descriptor & 0x04 != 0
  }

  /// Whether the bytes start with the magic number of a skippable frame, of which there are 16.
  package static func isSkippable(_ start: Span<UInt8>) -> Bool {
    start.count >= 4 && start.load(UInt32.self, at: 0) & 0xFFFF_FFF0 == 0x184D_2A50
  }

  /// Whether the bytes start with the magic number of a frame that holds something.
  package static func isFrame(_ start: Span<UInt8>) -> Bool {
    start.count >= 4 && start.load(UInt32.self, at: 0) == magic
  }
}
