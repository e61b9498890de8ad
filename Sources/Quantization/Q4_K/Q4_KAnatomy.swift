internal import TensorCore

extension Q4_KCodec: BlockDissector {
  public static func anatomy(of block: Span<UInt8>) -> BlockAnatomy {
    BlockAnatomy(
      fields: AffineSuperblock.fields(block) + [.init("qs", 16..<144, AffineSuperblock.meaningOfCodes)],
      formulas: AffineSuperblock.formulas, groups: AffineSuperblock(block).groups,
      codes: (0..<256).map { Int(AffineSuperblock.lowBits($0, of: block, at: 16)) })
  }
}

extension AffineSuperblock {
  static let formulas = ["step = d * scale", "shift = dmin * minimum", "weight = step * code - shift"]

  static let meaningOfCodes = "codes: 64 in 32 bytes; the first 32 in the low halves, the others in the high halves"

  /// Those that Q4_K and Q5_K begin with.
  static func fields(_ block: Span<UInt8>) -> [BlockAnatomy.Field] {
    [
      .half("d", at: 0, block), .half("dmin", at: 2, block),
      .init("scales", 4..<16, "8 scales and 8 minimums of 6 bits"),
    ]
  }

  var groups: [BlockAnatomy.Group] {
    (0..<8).map { sub in
      let (scale, minimum) = scaleAndMinimum(sub)
      let (step, shift) = stepAndShift(sub)
      return .init(
        weights: (sub * 32)..<(sub * 32 + 32), scale: Int(scale), minimum: Int(minimum), step: step, shift: shift)
    }
  }

  /// The low four bits of a code.
  static func lowBits(_ index: Int, of block: Span<UInt8>, at offset: Int) -> UInt8 {
    let byte = block[offset + index / 64 * 32 + index % 32]
    return index % 64 < 32 ? byte & 0x0F : byte >> 4
  }
}
