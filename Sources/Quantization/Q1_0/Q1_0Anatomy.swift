internal import TensorCore

extension Q1_0Codec: BlockDissector {
  public static func anatomy(of block: Span<UInt8>) -> BlockAnatomy {
    BlockAnatomy(
      fields: [.half("d", at: 0, block), .init("qs", 2..<18, "codes: i in bit i % 8 of byte i / 8")],
      formulas: ["weight = d * (2 * code - 1)"], codes: (0..<128).map { Int(block[2 + $0 / 8] >> UInt8($0 % 8) & 1) })
  }
}
