public import TensorCore

/// Q5_0: 32 weights, one half-precision scale, five bits a weight. formats/q5.md.
///
///     0   d    binary16, of the sign that lets the largest weight have the code 0
///     2   qh   the fifth bits, and
///     6   qs   the low four bits of the codes (``FiveBitCodes``); weight = d * (code - 16)
public enum Q5_0Codec: BlockCodec {
  public static let elementType = ElementType.q5_0
  /// The scale is 1/16 of the largest weight: 16 x 65504.
  public static let largestMagnitude: Float = 16 * Binary16.greatestFinite

  public static func encodeBlock(_ weights: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    let d = BlockArithmetic.extreme(weights) / -16
    let inverse = BlockArithmetic.reciprocal(d)
    var codes = InlineArray<32, UInt8>(repeating: 0)
    for i in 0..<32 { codes[i] = code(weights[i], inverse) }
    bytes.store(Binary16.bits(d), at: offset)
    FiveBitCodes.store(codes, into: &bytes, at: offset + 2)
  }

  /// `weight * inverse` is -16 to 16. A scale so small that its reciprocal overflows is zero in half precision; every
  /// code is then 0.
  @inline(__always)
  private static func code(_ weight: Float, _ inverse: Float) -> UInt8 {
    guard inverse.isFinite else { return 0 }
    return UInt8(clamping: min(31, BlockArithmetic.integer(weight * inverse + 16.5)))
  }

  public static func decodeBlock(_ block: Span<UInt8>, into weights: inout MutableSpan<Float>, at start: Int) {
    let d = Binary16.value(block.load(UInt16.self, at: 0))
    let codes = FiveBitCodes.load(block, at: 2)
    for i in 0..<32 { weights[start + i] = Float(Int32(codes[i]) - 16) * d }
  }

  public static func isFinite(_ block: Span<UInt8>) -> Bool { Binary16.isFinite(block.load(UInt16.self, at: 0)) }
}

extension Q5_0Codec: RowImportanceCodec {
  public static func encodeBlock(
    _ weights: Span<Float>, errorWeights: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    let fit = SymmetricSearch<32>.fit(weights, importance: errorWeights, half: 16)
    bytes.store(Binary16.bits(fit.scale), at: offset)
    FiveBitCodes.store(fit.codes, into: &bytes, at: offset + 2)
  }
}
