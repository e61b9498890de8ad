public import TensorCore

/// Q4_0: 32 weights, one half-precision scale, four bits a weight. formats/q4_0.md.
///
///     0   d    binary16, of the sign that lets the largest weight have the code 0
///     2   qs   16 bytes: weight i in the low half of byte i, weight i + 16 in the high half; weight = d * (code - 8)
public enum Q4_0Codec: BlockCodec {
  public static let elementType = ElementType.q4_0
  /// The scale is 1/8 of the largest weight: 8 x 65504.
  public static let largestMagnitude: Float = 8 * Binary16.greatestFinite

  public static func encodeBlock(_ weights: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    let d = BlockArithmetic.extreme(weights) / -8
    let inverse = BlockArithmetic.reciprocal(d)
    bytes.store(Binary16.bits(d), at: offset)
    for i in 0..<16 {
      let low = code(weights[i], inverse)
      let high = code(weights[i + 16], inverse)
      bytes[offset + 2 + i] = low | high << 4
    }
  }

  /// `weight * inverse` is -8 to 8. A scale so small that its reciprocal overflows is zero in half precision; every
  /// code is then 0.
  @inline(__always)
  private static func code(_ weight: Float, _ inverse: Float) -> UInt8 {
    guard inverse.isFinite else { return 0 }
    return UInt8(clamping: min(15, BlockArithmetic.integer(weight * inverse + 8.5)))
  }

  public static func decodeBlock(_ block: Span<UInt8>, into weights: inout MutableSpan<Float>, at start: Int) {
    let d = Binary16.value(block.load(UInt16.self, at: 0))
    for i in 0..<16 {
      weights[start + i] = Float(Int32(block[2 + i] & 0x0F) - 8) * d
      weights[start + i + 16] = Float(Int32(block[2 + i] >> 4) - 8) * d
    }
  }

  public static func isFinite(_ block: Span<UInt8>) -> Bool { Binary16.isFinite(block.load(UInt16.self, at: 0)) }
}

extension Q4_0Codec: RowImportanceCodec {
  public static func encodeBlock(
    _ weights: Span<Float>, errorWeights: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    let fit = SymmetricSearch<32>.fit(weights, importance: errorWeights, half: 8)
    bytes.store(Binary16.bits(fit.scale), at: offset)
    FourBitCodes.store(fit.codes, into: &bytes, at: offset + 2)
  }
}
