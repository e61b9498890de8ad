internal import TensorCore

extension Q3_KCodec: BlockDissector {
  public static func anatomy(of block: Span<UInt8>) -> BlockAnatomy {
    let d = Binary16.value(block.load(UInt16.self, at: 108))
    var scales = SixBitScales()
    for i in 0..<12 { scales.bytes[i] = block[96 + i] }
    return BlockAnatomy(
      fields: [
        .init("hmask", 0..<32, "high bits of the codes: bit k of byte m is that of 32 k + m"),
        .init("qs", 32..<96, "low bits of the codes: 128 in 32 bytes; m, m + 32, m + 64, m + 96 in byte m"),
        .init("scales", 96..<108, "16 scales of 6 bits"),
        .half("d", at: 108, block),
      ],
      formulas: ["step = d * (scale - 32)", "weight = step * (code - 4)"],
      groups: (0..<16).map { sub in
        let scale = Int(scales.get(sub))
        return .init(
          weights: (sub * 16)..<(sub * 16 + 16), scale: scale, minimum: nil, step: d * Float(scale - 32), shift: nil)
      },
      codes: (0..<256).map { i in
        let low = block[32 + i / 128 * 32 + i % 32] >> UInt8(i % 128 / 32 * 2) & 3
        return Int(low | (block[i % 32] >> UInt8(i / 32) & 1) << 2)
      })
  }
}
