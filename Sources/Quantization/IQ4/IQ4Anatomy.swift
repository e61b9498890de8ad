internal import TensorCore

extension IQ4_NLCodec: BlockDissector {
  public static func anatomy(of block: Span<UInt8>) -> BlockAnatomy {
    BlockAnatomy(
      fields: [.half("d", at: 0, block), .init("qs", 2..<18, FourBitCodes.meaning)],
      formulas: ["weight = d * value[code]"], codes: FourBitCodes.codes(block, at: 2),
      values: BlockAnatomy.values(NonLinearSearch.values))
  }
}

extension IQ4_XSCodec: BlockDissector {
  public static func anatomy(of block: Span<UInt8>) -> BlockAnatomy {
    let d = Binary16.value(block.load(UInt16.self, at: 0))
    return BlockAnatomy(
      fields: [
        .half("d", at: 0, block),
        .init("scales_h", 2..<4, "high two bits of 8 scales, in a little-endian integer, the first lowest"),
        .init("scales_l", 4..<8, "low four bits of 8 scales, two a byte"),
        .init("qs", 8..<136, "16 bytes a sub-block; " + FourBitCodes.meaning),
      ],
      formulas: ["step = d * (scale - 32)", "weight = step * value[code]"],
      groups: (0..<8).map { sub in
        let level = level(sub, in: block)
        return .init(
          weights: (sub * 32)..<(sub * 32 + 32), scale: Int(level) + 32, minimum: nil, step: d * Float(level),
          shift: nil)
      },
      codes: (0..<8).flatMap { FourBitCodes.codes(block, at: 8 + 16 * $0) },
      values: BlockAnatomy.values(NonLinearSearch.values))
  }
}
