internal import TensorCore

extension NF4Codec: BlockDissector {
  public static func anatomy(of block: Span<UInt8>) -> BlockAnatomy {
    BlockAnatomy(
      fields: [
        .half("absmax", at: 0, block),
        .init("qs", 2..<34, "codes: 2 j in the high half of byte j, 2 j + 1 in its low half"),
      ],
      formulas: ["weight = value[code] * absmax"],
      codes: (0..<64).map { Int($0 % 2 == 0 ? block[2 + $0 / 2] >> 4 : block[2 + $0 / 2] & 0x0F) }, values: table)
  }
}
