internal import TensorCore

extension Q4_0Codec: BlockDissector {
  public static func anatomy(of block: Span<UInt8>) -> BlockAnatomy {
    BlockAnatomy(
      fields: [.half("d", at: 0, block), .init("qs", 2..<18, FourBitCodes.meaning)],
      formulas: ["weight = d * (code - 8)"], codes: FourBitCodes.codes(block, at: 2))
  }
}
