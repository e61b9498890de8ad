internal import TensorCore

extension Q5_0Codec: BlockDissector {
  public static func anatomy(of block: Span<UInt8>) -> BlockAnatomy {
    BlockAnatomy(
      fields: [.half("d", at: 0, block)] + FiveBitCodes.fields(at: 2), formulas: ["weight = d * (code - 16)"],
      codes: BlockAnatomy.codes(FiveBitCodes.load(block, at: 2)))
  }
}

extension Q5_1Codec: BlockDissector {
  public static func anatomy(of block: Span<UInt8>) -> BlockAnatomy {
    BlockAnatomy(
      fields: [.half("d", at: 0, block), .half("m", at: 2, block)] + FiveBitCodes.fields(at: 4),
      formulas: ["weight = code * d + m"], codes: BlockAnatomy.codes(FiveBitCodes.load(block, at: 4)))
  }
}

extension FiveBitCodes {
  fileprivate static func fields(at offset: Int) -> [BlockAnatomy.Field] {
    [
      .init("qh", offset..<(offset + 4), "fifth bits of the codes: bit i of a little-endian integer"),
      .init("qs", (offset + 4)..<(offset + 20), "low bits of the " + FourBitCodes.meaning),
    ]
  }
}
