internal import TensorCore

extension TQ1_0Codec: BlockDissector {
  public static func anatomy(of block: Span<UInt8>) -> BlockAnatomy {
    BlockAnatomy(
      fields: [
        .init("qs", 0..<48, "codes 0-239: five a byte, as digits in base 3"),
        .init("qh", 48..<52, "codes 240-255: four a byte, as digits in base 3"),
        .half("d", at: 52, block),
      ],
      formulas: ["weight = (code - 1) * d"], codes: (0..<256).map { digit($0, of: block) })
  }

  /// Where a weight's byte is, and which of its digits: the page's table, read from the weight's side.
  private static func digit(_ index: Int, of block: Span<UInt8>) -> Int {
    let (byte, place) =
      switch index {
      case ..<160: (index % 32, index / 32)
      case ..<240: (32 + (index - 160) % 16, (index - 160) / 16)
      default: (48 + (index - 240) % 4, (index - 240) / 4)
      }
    var shifted = Int(block[byte])
    for _ in 0..<place { shifted = shifted * 3 % 256 }
    return shifted * 3 / 256
  }
}

extension TQ2_0Codec: BlockDissector {
  public static func anatomy(of block: Span<UInt8>) -> BlockAnatomy {
    BlockAnatomy(
      fields: [
        .init("qs", 0..<64, "codes: 128 in 32 bytes; m, m + 32, m + 64, m + 96 in byte m, the first lowest"),
        .half("d", at: 64, block),
      ],
      formulas: ["weight = (code - 1) * d"],
      codes: (0..<256).map { Int(block[$0 / 128 * 32 + $0 % 32] >> UInt8($0 % 128 / 32 * 2) & 3) })
  }
}
