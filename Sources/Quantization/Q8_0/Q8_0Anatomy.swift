internal import TensorCore

extension Q8_0Codec: BlockDissector {
  public static func anatomy(of block: Span<UInt8>) -> BlockAnatomy {
    BlockAnatomy(
      fields: [.half("d", at: 0, block), .init("q", 2..<34, "codes: a signed byte each")],
      formulas: ["weight = code * d"], codes: (2..<34).map { Int(Int8(bitPattern: block[$0])) })
  }
}
