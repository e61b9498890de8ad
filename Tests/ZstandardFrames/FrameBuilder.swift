import TestSupport

/// Writes a Zstandard frame by hand: blocks as they are or of one repeated byte, and a header that may lie.
public struct FrameBuilder: Sendable {
  public enum Block: Sendable {
    case raw([UInt8])
    case repeated(UInt8, count: Int)
    /// A type, a size and what follows.
    case other(type: Int, size: Int, [UInt8])
  }

  public var blocks: [Block] = []
  /// 0, 1, 2, 4 or 8 bytes of content size; with 0 the frame does not say it.
  public var sizeBytes = 4
  /// In place of the true one.
  public var contentSize: UInt64?
  /// nil makes the frame a single segment, whose window is its contents.
  public var windowDescriptor: UInt8? = 0x58
  public var dictionary: UInt32?
  public var reservedBit = false
  public var endsWithLastBlock = true

  public init(_ blocks: [Block] = []) { self.blocks = blocks }

  public var trueSize: Int {
    blocks.reduce(0) { sum, block in
      switch block {
      case .raw(let bytes): sum + bytes.count
      case .repeated(_, let count): sum + count
      case .other: sum
      }
    }
  }

  public func build() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(number: UInt32(0xFD2F_B528))
    let sizeFlag: UInt8 = [0: 0, 1: 0, 2: 1, 4: 2, 8: 3][sizeBytes] ?? 0
    bytes.append(
      sizeFlag << 6 | (windowDescriptor == nil ? 0x20 : 0) | (reservedBit ? 8 : 0) | (dictionary == nil ? 0 : 3))
    if let windowDescriptor { bytes.append(windowDescriptor) }
    if let dictionary { bytes.append(number: dictionary) }
    let size = (contentSize ?? UInt64(trueSize)) &- (sizeBytes == 2 ? 256 : 0)
    for i in 0..<sizeBytes { bytes.append(UInt8(truncatingIfNeeded: size >> UInt64(8 * i))) }
    for (number, block) in blocks.enumerated() {
      let isLast = endsWithLastBlock && number + 1 == blocks.count
      func head(_ type: Int, _ size: Int) {
        let word = size << 3 | type << 1 | (isLast ? 1 : 0)
        for shift in [0, 8, 16] { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
      }
      switch block {
      case .raw(let raw):
        head(0, raw.count)
        bytes += raw
      case .repeated(let byte, let count):
        head(1, count)
        bytes.append(byte)
      case .other(let type, let size, let rest):
        head(type, size)
        bytes += rest
      }
    }
    return bytes
  }
}
