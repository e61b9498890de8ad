internal import Checkpoints
internal import Kernels
internal import Quantization
internal import TensorCore

/// What the weight of the largest magnitude is, as far as a rule asks for it.
enum LargestMagnitude: Int, Comparable {
  case zero
  /// Only of types that are floats.
  case subnormal
  /// Anything else, NaN among it.
  case normal

  static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

  /// Looks at whole blocks, little-endian, up to the first weight that is ``normal``.
  ///
  /// - Parameter weights: A buffer for decoded weights.
  static func find(
    in blocks: [UInt8], of type: ElementType, _ kernels: KernelSet, _ weights: inout [Float]
  ) -> LargestMagnitude {
    switch type {
    case .f32, .c64: number(in: blocks.span, UInt32.self, magnitude: 0x7FFF_FFFF, exponent: 0x7F80_0000)
    case .f16: number(in: blocks.span, UInt16.self, magnitude: 0x7FFF, exponent: 0x7C00)
    case .bf16: number(in: blocks.span, UInt16.self, magnitude: 0x7FFF, exponent: 0x7F80)
    case .f64: number(in: blocks.span, UInt64.self, magnitude: .max >> 1, exponent: 0x7FF0_0000_0000_0000)
    case .f8_E4M3: number(in: blocks.span, UInt8.self, magnitude: 0x7F, exponent: 0x78)
    case .f8_E5M2: number(in: blocks.span, UInt8.self, magnitude: 0x7F, exponent: 0x7C)
    // Powers of two.
    case .f8_E8M0: .normal
    // 0x80 is NaN.
    case .f8_E4M3FNUZ, .f8_E5M2FNUZ: number(in: blocks.span, UInt8.self, magnitude: 0xFF, exponent: 0xFF)
    case .f4: number(in: blocks.span, UInt8.self, magnitude: 0x77, exponent: 0x77)
    // Four numbers of six bits, of which one is the sign, in three bytes.
    case .f6_E2M3, .f6_E3M2: number(in: blocks.span, UInt8.self, magnitude: 0xFF, exponent: 0xFF)
    default: block(in: blocks, type, kernels, &weights)
    }
  }

  @inline(__always)
  private static func number<Bits: FixedWidthInteger & BitwiseCopyable>(
    in numbers: Span<UInt8>, _: Bits.Type, magnitude: Bits, exponent: Bits
  ) -> LargestMagnitude {
    let width = Bits.bitWidth / 8
    var all: Bits = 0
    for place in stride(from: 0, through: numbers.count - width, by: width) {
      let bits = numbers.load(Bits.self, at: place)
      if bits & exponent != 0 { return .normal }
      all |= bits
    }
    return all & magnitude == 0 ? .zero : .subnormal
  }

  private static func block(
    in blocks: [UInt8], _ type: ElementType, _ kernels: KernelSet, _ weights: inout [Float]
  ) -> LargestMagnitude {
    let count = blocks.count / type.blockBytes * type.blockLength
    guard let decoder = decoder(of: type) else {
      for place in stride(from: 0, to: blocks.count, by: type.blockBytes) {
        let block = blocks.span.extracting(place..<(place + type.blockBytes))
        if !type.hasZeroScales(block) { return .normal }
      }
      return .zero
    }
    // Nearly always the first few weights tell.
    var (start, length) = (0, 256)
    while start < count {
      let part = start..<min(start + length, count)
      weights.resize(to: part.count)
      let bytes = blocks.span.extracting(ChunkList.bytes(part, type))
      decoder.decode(bytes, with: kernels, into: &weights)
      for weight in weights where weight != 0 { return .normal }
      (start, length) = (part.upperBound, ChunkList.tileElements)
    }
    return .zero
  }

  private static func decoder(of type: ElementType) -> (any BlockDecoder.Type)? {
    switch type {
    // Forms of activations, which the table of weights' types does not have.
    case .q8_1: Q8_1Codec.self
    case .q8_K: Q8_KCodec.self
    default: type.decoder
    }
  }
}
