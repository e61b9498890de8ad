internal import TensorCore

extension Q2_KCodec: BlockDissector {
  public static func anatomy(of block: Span<UInt8>) -> BlockAnatomy {
    let superblock = Superblock(block)
    return BlockAnatomy(
      fields: [
        .init("scales", 0..<16, "a sub-block each: its scale in the low half, its minimum in the high half"),
        .init("qs", 16..<80, "codes: 128 in 32 bytes; m, m + 32, m + 64, m + 96 in byte m, the first lowest"),
        .half("d", at: 80, block), .half("dmin", at: 82, block),
      ],
      formulas: AffineSuperblock.formulas,
      groups: (0..<16).map { sub in
        let (step, shift) = superblock.stepAndShift(sub)
        return .init(
          weights: (sub * 16)..<(sub * 16 + 16), scale: Int(superblock.scales[sub] & 0x0F),
          minimum: Int(superblock.scales[sub] >> 4), step: step, shift: shift)
      },
      codes: BlockAnatomy.codes(superblock.codes))
  }
}
