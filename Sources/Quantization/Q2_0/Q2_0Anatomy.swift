internal import TensorCore

extension Q2_0Codec: BlockDissector {
  public static func anatomy(of block: Span<UInt8>) -> BlockAnatomy {
    BlockAnatomy(
      fields: [
        .half("d", at: 0, block), .init("qs", 2..<18, "codes: i in the two bits from 2 (i % 4) on of byte i / 4"),
      ],
      formulas: ["weight = d * (code - 1)"],
      codes: (0..<64).map { Int(block[2 + $0 / 4] >> UInt8(2 * ($0 % 4)) & 3) })
  }
}
