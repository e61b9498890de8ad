internal import TensorCore

extension Q4_1Codec: BlockDissector {
  public static func anatomy(of block: Span<UInt8>) -> BlockAnatomy {
    BlockAnatomy(
      fields: [.half("d", at: 0, block), .half("m", at: 2, block), .init("qs", 4..<20, FourBitCodes.meaning)],
      formulas: ["weight = code * d + m"], codes: FourBitCodes.codes(block, at: 4))
  }
}
