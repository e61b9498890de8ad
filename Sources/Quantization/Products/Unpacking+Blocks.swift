public import TensorCore

// The types of one scale for all weights of a block, or for each sixteen. The layouts are those of the decoders.

private func half(_ block: Span<UInt8>, _ offset: Int) -> Float { Binary16.value(block.load(UInt16.self, at: offset)) }

extension Q8_0Codec: IntegerCoded {
  public static let activationType = ElementType.q8_0

  public static func unpack(_ block: Span<UInt8>) -> IntegerBlock {
    let d = half(block, 0)
    return IntegerBlock(32, step: { _ in d }) { i in Int8(bitPattern: block[2 + i]) }
  }
}

extension Q4_0Codec: IntegerCoded {
  public static let activationType = ElementType.q8_0

  public static func unpack(_ block: Span<UInt8>) -> IntegerBlock {
    let d = half(block, 0)
    return IntegerBlock(32, step: { _ in d }) { i in Int8(FourBitCodes.code(i, in: block, at: 2)) - 8 }
  }
}

extension Q4_1Codec: IntegerCoded {
  public static let activationType = ElementType.q8_1

  public static func unpack(_ block: Span<UInt8>) -> IntegerBlock {
    let (d, m) = (half(block, 0), half(block, 2))
    return IntegerBlock(32, step: { _ in d }, offset: { _ in m }) { i in Int8(FourBitCodes.code(i, in: block, at: 4)) }
  }
}

extension Q5_0Codec: IntegerCoded {
  public static let activationType = ElementType.q8_0

  public static func unpack(_ block: Span<UInt8>) -> IntegerBlock {
    let (d, codes) = (half(block, 0), FiveBitCodes.load(block, at: 2))
    return IntegerBlock(32, step: { _ in d }) { i in Int8(codes[i]) - 16 }
  }
}

extension Q5_1Codec: IntegerCoded {
  public static let activationType = ElementType.q8_1

  public static func unpack(_ block: Span<UInt8>) -> IntegerBlock {
    let (d, m, codes) = (half(block, 0), half(block, 2), FiveBitCodes.load(block, at: 4))
    return IntegerBlock(32, step: { _ in d }, offset: { _ in m }) { i in Int8(codes[i]) }
  }
}

extension IQ4_NLCodec: IntegerCoded {
  public static let activationType = ElementType.q8_0

  public static func unpack(_ block: Span<UInt8>) -> IntegerBlock {
    let (d, values) = (half(block, 0), NonLinearSearch.values)
    return IntegerBlock(32, step: { _ in d }) { i in Int8(values[Int(FourBitCodes.code(i, in: block, at: 2))]) }
  }
}

extension Q1_0Codec: IntegerCoded {
  public static let activationType = ElementType.q8_0

  public static func unpack(_ block: Span<UInt8>) -> IntegerBlock {
    let d = half(block, 0)
    return IntegerBlock(128, step: { _ in d }) { i in block[2 + i / 8] >> UInt8(i % 8) & 1 == 1 ? 1 : -1 }
  }
}

extension Q2_0Codec: IntegerCoded {
  public static let activationType = ElementType.q8_0

  public static func unpack(_ block: Span<UInt8>) -> IntegerBlock {
    let d = half(block, 0)
    return IntegerBlock(64, step: { _ in d }) { i in Int8(block[2 + i / 4] >> UInt8(2 * (i % 4)) & 3) - 1 }
  }
}

extension MXFP4Codec: IntegerCoded {
  public static let activationType = ElementType.q8_0

  /// As in ggml the codes are twice the four-bit floats, and the step is half of the scale.
  public static func unpack(_ block: Span<UInt8>) -> IntegerBlock {
    let (step, values) = (halfScale(block[0]), E2M1.doubledValues)
    return IntegerBlock(32, step: { _ in step }) { i in Int8(values[Int(FourBitCodes.code(i, in: block, at: 1))]) }
  }
}

extension NVFP4Codec: IntegerCoded {
  public static let activationType = ElementType.q8_0

  /// As in ggml the codes are twice the four-bit floats, and the step is half of the scale.
  public static func unpack(_ block: Span<UInt8>) -> IntegerBlock {
    let values = E2M1.doubledValues
    return IntegerBlock(64, step: { sub in halfScale(block[sub]) }) { i in
      let byte = block[4 + i / 16 * 8 + i % 8]
      return Int8(values[Int(i % 16 < 8 ? byte & 0x0F : byte >> 4)])
    }
  }
}
