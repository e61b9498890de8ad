public import TensorCore

/// A rule of the Zstandard format (RFC 8878, and its seekable form) that a compressed file breaks, or a limit of this
/// reader that it is beyond: one case a rule. Offsets count bytes of the file on the disk; `at` is a frame's start.
public enum ZstandardError: FormatViolation, Hashable {
  case notAFrame(at: Int, found: [UInt8])
  case cutOff(at: Int, needs: Int, size: Int)
  case reservedBit(at: Int)
  case blockTypeReserved(at: Int, block: Int)
  case blockTooLarge(at: Int, block: Int, size: Int, limit: Int)
  case windowTooLarge(at: Int, size: UInt64, limit: Int)
  case needsDictionary(at: Int, id: UInt32)
  /// The content size is none that the frame's blocks can unpack to.
  case contentImpossible(at: Int, size: UInt64, blocks: ClosedRange<Int>)
  case contentTooLarge(at: Int)
  case contentLonger(at: Int, expected: Int)
  case contentShorter(at: Int, expected: Int, found: Int)
  case checksumWrong(at: Int)
  case corrupt(at: Int, reason: String)
  case tooManyFrames(limit: Int)
  case seekTableReservedBits(at: Int)
  case seekTableCoversOther(at: Int, frames: Int)
  case seekTableDisagrees(at: Int, what: String, table: UInt64, frame: UInt64)

  public var description: String {
    switch self {
    case .notAFrame(let at, let found):
      "compressed with Zstandard, but what follows at byte \(at) is no frame (\(found.shown))"
    case .cutOff(let at, let needs, let size):
      "\(Self.frame(at)) goes on to byte \(needs) at least, and the file ends at \(size): it was cut off"
    case .reservedBit(let at): "\(Self.frame(at)) has a bit set that is reserved"
    case .blockTypeReserved(let at, let block): "\(Self.frame(at)): the block at byte \(block) has the reserved type 3"
    case .blockTooLarge(let at, let block, let size, let limit):
      "\(Self.frame(at)): the block at byte \(block) has \(size) bytes, \(limit) at most"
    case .windowTooLarge(let at, let size, let limit):
      "\(Self.frame(at)) needs a window of \(size) bytes, \(limit) at most; unpack it with `zstd -d --long=31`"
    case .needsDictionary(let at, let id): "\(Self.frame(at)) needs dictionary \(id); dictionaries are not supported"
    case .contentImpossible(let at, let size, let blocks):
      "\(Self.frame(at)) says that it unpacks to \(size) bytes, its blocks hold "
        + (blocks.count == 1 ? "\(blocks.lowerBound)" : "\(blocks.lowerBound) to \(blocks.upperBound)")
    case .contentTooLarge(let at): "\(Self.frame(at)) brings the contents to more than 2^63 - 1 bytes"
    case .contentLonger(let at, let expected): "\(Self.frame(at)) unpacks to more than the \(expected) bytes it says"
    case .contentShorter(let at, let expected, let found):
      "\(Self.frame(at)) unpacks to \(found) bytes, expected \(expected)"
    case .checksumWrong(let at): "\(Self.frame(at)) unpacks to something else than its checksum says: it is damaged"
    case .corrupt(let at, let reason): "\(Self.frame(at)) cannot be unpacked: \(reason)"
    case .tooManyFrames(let limit): "more than \(limit) Zstandard frames"
    case .seekTableReservedBits(let at): "the seek table at byte \(at) has bits set that are reserved"
    case .seekTableCoversOther(let at, let frames):
      "the seek table at byte \(at) has frames up to byte \(frames), expected up to itself"
    case .seekTableDisagrees(let at, let what, let table, let frame):
      "\(Self.frame(at)): the seek table gives it \(table) \(what), it has \(frame)"
    }
  }

  private static func frame(_ at: Int) -> String { "the Zstandard frame at byte \(at)" }
}
