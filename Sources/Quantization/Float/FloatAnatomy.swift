internal import TensorCore

extension BlockAnatomy {
  /// Of one float.
  fileprivate init(_ bits: some FixedWidthInteger & UnsignedInteger, _ meaning: String, _ layout: FloatParts.Layout) {
    let parts = FloatParts(bits: UInt64(bits), layout)
    self.init(
      fields: [.init("value", 0..<(bits.bitWidth / 8), meaning)], formulas: parts.formula.map { [$0] } ?? [],
      float: parts)
  }
}

extension F32Codec: BlockDissector {
  public static func anatomy(of block: Span<UInt8>) -> BlockAnatomy {
    BlockAnatomy(block.load(UInt32.self, at: 0), "binary32", .ieee(exponentBits: 8, fractionBits: 23))
  }
}

extension F16Codec: BlockDissector {
  public static func anatomy(of block: Span<UInt8>) -> BlockAnatomy {
    BlockAnatomy(block.load(UInt16.self, at: 0), "binary16", .ieee(exponentBits: 5, fractionBits: 10))
  }
}

extension BF16Codec: BlockDissector {
  public static func anatomy(of block: Span<UInt8>) -> BlockAnatomy {
    BlockAnatomy(block.load(UInt16.self, at: 0), "bfloat16", .ieee(exponentBits: 8, fractionBits: 7))
  }
}

extension F64Decoder: BlockDissector {
  public static func anatomy(of block: Span<UInt8>) -> BlockAnatomy {
    BlockAnatomy(
      block.load(UInt64.self, at: 0), "binary64, rounded to binary32", .ieee(exponentBits: 11, fractionBits: 52))
  }
}

extension F8E4M3Decoder: BlockDissector {
  public static func anatomy(of block: Span<UInt8>) -> BlockAnatomy {
    BlockAnatomy(
      block[0], "E4M3",
      .init(
        signBits: 1, exponentBits: 4, fractionBits: 3, bias: 7, hasSubnormals: true, hasInfinities: false))
  }
}

extension F8E5M2Decoder: BlockDissector {
  public static func anatomy(of block: Span<UInt8>) -> BlockAnatomy {
    BlockAnatomy(block[0], "E5M2", .ieee(exponentBits: 5, fractionBits: 2))
  }
}

extension F8E8M0Decoder: BlockDissector {
  public static func anatomy(of block: Span<UInt8>) -> BlockAnatomy {
    BlockAnatomy(
      block[0], "E8M0",
      .init(
        signBits: 0, exponentBits: 8, fractionBits: 0, bias: 127, hasSubnormals: false, hasInfinities: false))
  }
}
