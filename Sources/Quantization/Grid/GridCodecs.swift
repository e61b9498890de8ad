public import TensorCore

// What the codes of each type stand for, and how its blocks are packed.

extension Q4_0Codec: GridCodec {
  public static let gridLevels = GridLevels((-8...7).map(Float.init))

  public static func storeGridBlock(
    scale: UInt16, codes: Span<UInt8>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    bytes.store(scale, at: offset)
    FourBitCodes.store(InlineArray<32, UInt8> { codes[$0] }, into: &bytes, at: offset + 2)
  }
}

extension Q5_0Codec: GridCodec {
  public static let gridLevels = GridLevels((-16...15).map(Float.init))

  public static func storeGridBlock(
    scale: UInt16, codes: Span<UInt8>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    bytes.store(scale, at: offset)
    FiveBitCodes.store(InlineArray<32, UInt8> { codes[$0] }, into: &bytes, at: offset + 2)
  }
}

extension Q8_0Codec: GridCodec {
  public static let gridLevels = GridLevels((-128...127).map(Float.init))

  public static func storeGridBlock(
    scale: UInt16, codes: Span<UInt8>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    bytes.store(scale, at: offset)
    // The code 0 is the level -128.
    for i in 0..<32 { bytes[offset + 2 + i] = codes[i] ^ 0x80 }
  }
}

extension IQ4_NLCodec: GridCodec {
  public static let gridLevels = GridLevels((0..<16).map { NonLinearSearch.values[$0] })

  public static func storeGridBlock(
    scale: UInt16, codes: Span<UInt8>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    bytes.store(scale, at: offset)
    FourBitCodes.store(InlineArray<32, UInt8> { codes[$0] }, into: &bytes, at: offset + 2)
  }
}

extension NF4Codec: GridCodec {
  public static let gridLevels = GridLevels(table)

  public static func storeGridBlock(
    scale: UInt16, codes: Span<UInt8>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    bytes.store(scale, at: offset)
    for j in 0..<32 { bytes[offset + 2 + j] = codes[2 * j] << 4 | codes[2 * j + 1] }
  }
}

extension Q1_0Codec: GridCodec {
  public static let gridLevels = GridLevels([-1, 1])

  public static func storeGridBlock(
    scale: UInt16, codes: Span<UInt8>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    bytes.store(scale, at: offset)
    for byte in 0..<16 {
      var packed: UInt8 = 0
      for bit in 0..<8 { packed |= codes[byte * 8 + bit] << UInt8(bit) }
      bytes[offset + 2 + byte] = packed
    }
  }
}

extension Q2_0Codec: GridCodec {
  // The level 2 is one that decoders know and quantizers do not write.
  public static let gridLevels = GridLevels([-1, 0, 1])

  public static func storeGridBlock(
    scale: UInt16, codes: Span<UInt8>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    bytes.store(scale, at: offset)
    for byte in 0..<16 {
      var packed: UInt8 = 0
      for i in 0..<4 { packed |= codes[byte * 4 + i] << UInt8(2 * i) }
      bytes[offset + 2 + byte] = packed
    }
  }
}

extension TQ1_0Codec: GridCodec {
  public static let gridLevels = GridLevels([-1, 0, 1])

  public static func storeGridBlock(
    scale: UInt16, codes: Span<UInt8>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    encodeDigits(codes, into: &bytes, at: offset)
    bytes.store(scale, at: offset + 52)
  }
}

extension TQ2_0Codec: GridCodec {
  // The digit 3, which decoders make 2, is not written.
  public static let gridLevels = GridLevels([-1, 0, 1])

  public static func storeGridBlock(
    scale: UInt16, codes: Span<UInt8>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    encodeDigits(codes, into: &bytes, at: offset)
    bytes.store(scale, at: offset + 64)
  }
}

extension BlockCodec {
  /// Encodes a block of the weights -1, 0 and 1, whose digits a ternary quantizer keeps whatever their scale.
  fileprivate static func encodeDigits(_ digits: Span<UInt8>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    let weights = InlineArray<256, Float> { Float(digits[$0]) - 1 }
    encodeBlock(weights.span, into: &bytes, at: offset)
  }
}

extension ElementType {
  /// How weights that are on the type's grid are encoded without loss; nil where that is not known.
  public var gridCodec: (any GridCodec.Type)? { codec as? any GridCodec.Type }
}
