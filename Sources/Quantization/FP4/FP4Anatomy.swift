internal import TensorCore

extension MXFP4Codec: BlockDissector {
  public static func anatomy(of block: Span<UInt8>) -> BlockAnatomy {
    BlockAnatomy(
      fields: [
        .init(name: "e", bytes: 0..<1, meaning: "E8M0: the scale is 2^(e - 127); 255 is NaN", value: Float(block[0])),
        .init("qs", 1..<17, FourBitCodes.meaning),
      ],
      formulas: ["weight = E8M0(e) * value[code]"], codes: FourBitCodes.codes(block, at: 1), values: E2M1.values)
  }
}

extension NVFP4Codec: BlockDissector {
  public static func anatomy(of block: Span<UInt8>) -> BlockAnatomy {
    BlockAnatomy(
      fields: [
        .init("d", 0..<4, "4 scales: UE4M3 each"),
        .init("qs", 4..<36, "codes: 16 in 8 bytes; i in the low half of byte i, i + 8 in its high half"),
      ],
      formulas: ["step = UE4M3(scale)", "weight = step * value[code]"],
      groups: (0..<4).map { sub in
        .init(
          weights: (sub * 16)..<(sub * 16 + 16), scale: Int(block[sub]), minimum: nil, step: halfScale(block[sub]) * 2,
          shift: nil)
      },
      codes: (0..<64).map { i in
        let byte = block[4 + i / 16 * 8 + i % 8]
        return Int(i % 16 < 8 ? byte & 0x0F : byte >> 4)
      },
      values: E2M1.values)
  }
}

extension E2M1 {
  /// What each code stands for.
  fileprivate static var values: [Float] { BlockAnatomy.values(weights(halfScale: 0.5)) }
}
