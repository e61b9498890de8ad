internal import TensorCore

extension Q5_KCodec: BlockDissector {
  public static func anatomy(of block: Span<UInt8>) -> BlockAnatomy {
    BlockAnatomy(
      fields: AffineSuperblock.fields(block) + [
        .init("qh", 16..<48, "fifth bits of the codes: bit s of byte i is that of weight i of sub-block s"),
        .init("qs", 48..<176, "low bits of the " + AffineSuperblock.meaningOfCodes),
      ],
      formulas: AffineSuperblock.formulas, groups: AffineSuperblock(block).groups,
      codes: (0..<256).map { i in
        let high = block[16 + i % 32] >> UInt8(i / 32) & 1
        return Int(AffineSuperblock.lowBits(i, of: block, at: 48) | high << 4)
      })
  }
}
