internal import TensorCore

extension Q6_KCodec: BlockDissector {
  public static func anatomy(of block: Span<UInt8>) -> BlockAnatomy {
    let d = Binary16.value(block.load(UInt16.self, at: 208))
    return BlockAnatomy(
      fields: [
        .init("ql", 0..<128, "low four bits of the codes: 128 in 64 bytes; m and m + 64 in byte m"),
        .init("qh", 128..<192, "high two bits of the codes: 128 in 32 bytes; m, m + 32, m + 64, m + 96 in byte m"),
        .init("scales", 192..<208, "16 scales: a signed byte each"),
        .half("d", at: 208, block),
      ],
      formulas: ["step = d * scale", "weight = step * (code - 32)"],
      groups: (0..<16).map { sub in
        let scale = Int(Int8(bitPattern: block[192 + sub]))
        return .init(
          weights: (sub * 16)..<(sub * 16 + 16), scale: scale, minimum: nil, step: d * Float(scale), shift: nil)
      },
      codes: (0..<256).map { i in
        let (half, m) = (i / 128, i % 128)
        let low = block[half * 64 + m % 64] >> (m < 64 ? 0 : 4) & 0x0F
        return Int(low | (block[128 + half * 32 + m % 32] >> UInt8(m / 32 * 2) & 3) << 4)
      })
  }
}
