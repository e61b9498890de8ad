public import TensorCore

// The types of 256 weights. The layouts are those of the decoders.

private func half(_ block: Span<UInt8>, _ offset: Int) -> Float { Binary16.value(block.load(UInt16.self, at: offset)) }

extension Q2_KCodec: IntegerCoded {
  public static let activationType = ElementType.q8_K

  public static func unpack(_ block: Span<UInt8>) -> IntegerBlock {
    let superblock = Superblock(block)
    return IntegerBlock(
      256, step: { sub in superblock.stepAndShift(sub).step }, offset: { sub in -superblock.stepAndShift(sub).shift }
    ) { i in Int8(superblock.codes[i]) }
  }
}

extension Q3_KCodec: IntegerCoded {
  public static let activationType = ElementType.q8_K

  public static func unpack(_ block: Span<UInt8>) -> IntegerBlock {
    let d = half(block, 108)
    var scales = SixBitScales()
    for i in 0..<12 { scales.bytes[i] = block[96 + i] }
    return IntegerBlock(256, step: { sub in d * Float(Int32(scales.get(sub)) - 32) }) { i in
      let low = block[32 + i / 128 * 32 + i % 32] >> UInt8(i % 128 / 32 * 2) & 3
      let high = block[i % 32] >> UInt8(i / 32) & 1
      return Int8(low | high << 2) - 4
    }
  }
}

extension Q4_KCodec: IntegerCoded {
  public static let activationType = ElementType.q8_K

  public static func unpack(_ block: Span<UInt8>) -> IntegerBlock {
    let superblock = AffineSuperblock(block)
    return IntegerBlock(
      256, step: { group in superblock.stepAndShift(group / 2).step },
      offset: { group in -superblock.stepAndShift(group / 2).shift }
    ) { i in
      let byte = block[16 + i / 64 * 32 + i % 32]
      return Int8(i % 64 < 32 ? byte & 0x0F : byte >> 4)
    }
  }
}

extension Q5_KCodec: IntegerCoded {
  public static let activationType = ElementType.q8_K

  public static func unpack(_ block: Span<UInt8>) -> IntegerBlock {
    let superblock = AffineSuperblock(block)
    return IntegerBlock(
      256, step: { group in superblock.stepAndShift(group / 2).step },
      offset: { group in -superblock.stepAndShift(group / 2).shift }
    ) { i in
      let byte = block[48 + i / 64 * 32 + i % 32]
      let high = block[16 + i % 32] >> UInt8(i / 32) & 1
      return Int8((i % 64 < 32 ? byte & 0x0F : byte >> 4) | high << 4)
    }
  }
}

extension Q6_KCodec: IntegerCoded {
  public static let activationType = ElementType.q8_K

  public static func unpack(_ block: Span<UInt8>) -> IntegerBlock {
    let d = half(block, 208)
    return IntegerBlock(256, step: { sub in d * Float(Int8(bitPattern: block[192 + sub])) }) { i in
      let (half, quarter, m) = (i / 128, i % 128 / 32, i % 32)
      let low = block[half * 64 + quarter % 2 * 32 + m] >> (quarter < 2 ? 0 : 4) & 0x0F
      let high = block[128 + half * 32 + m] >> UInt8(2 * quarter) & 3
      return Int8(low | high << 4) - 32
    }
  }
}

extension IQ4_XSCodec: IntegerCoded {
  public static let activationType = ElementType.q8_K

  public static func unpack(_ block: Span<UInt8>) -> IntegerBlock {
    let (d, highBits, values) = (half(block, 0), block.load(UInt16.self, at: 2), NonLinearSearch.values)
    var steps = InlineArray<8, Float>(repeating: 0)
    for sub in 0..<8 {
      let low = sub % 2 == 0 ? block[4 + sub / 2] & 0x0F : block[4 + sub / 2] >> 4
      let high = UInt8(truncatingIfNeeded: highBits >> UInt16(2 * sub) & 3)
      steps[sub] = d * Float(Int32(low | high << 4) - 32)
    }
    return IntegerBlock(256, step: { group in steps[group / 2] }) { i in
      Int8(values[Int(FourBitCodes.code(i % 32, in: block, at: 8 + i / 32 * 16))])
    }
  }
}

extension TQ1_0Codec: IntegerCoded {
  public static let activationType = ElementType.q8_K

  public static func unpack(_ block: Span<UInt8>) -> IntegerBlock {
    let d = half(block, 52)
    return IntegerBlock(256, step: { _ in d }) { i in
      // The byte that has the weight, and which of its digits that is.
      let (byte, digit) =
        switch i {
        case ..<160: (i % 32, i / 32)
        case ..<240: (32 + (i - 160) % 16, (i - 160) / 16)
        default: (48 + (i - 240) % 4, (i - 240) / 4)
        }
      let powers: InlineArray<5, UInt8> = [1, 3, 9, 27, 81]
      let shifted = block[byte] &* powers[digit]
      return Int8(truncatingIfNeeded: (UInt16(shifted) * 3) >> 8) - 1
    }
  }
}

extension TQ2_0Codec: IntegerCoded {
  public static let activationType = ElementType.q8_K

  public static func unpack(_ block: Span<UInt8>) -> IntegerBlock {
    let d = half(block, 64)
    return IntegerBlock(256, step: { _ in d }) { i in
      Int8(block[i / 128 * 32 + i % 32] >> UInt8(i % 128 / 32 * 2) & 3) - 1
    }
  }
}
