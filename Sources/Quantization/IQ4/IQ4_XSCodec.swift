public import TensorCore

/// IQ4_XS: a superblock of 8 sub-blocks of 32 weights, each with a 6-bit scale, four bits a weight that name one of
/// sixteen values. formats/iq4.md.
///
///     0   d         binary16: what the sub-blocks' scales count in
///     2   scales_h  UInt16, little-endian: the high two bits of the eight scales, the first in the lowest
///     4   scales_l  4 bytes: the low four bits of the scales, two a byte, the first in the low half
///     8   qs        128 bytes: 16 a sub-block (``FourBitCodes``)
///
/// Weight = d * (scale - 32) * value[code].
public enum IQ4_XSCodec: BlockImportanceCodec {
  public static let elementType = ElementType.iq4_xs
  /// The scale is 1/32 of that of IQ4_NL.
  public static let largestMagnitude: Float = 32 * IQ4_NLCodec.largestMagnitude

  public static func encodeBlock(_ weights: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    var scales = InlineArray<8, Float>(repeating: 0)
    for sub in 0..<8 {
      let x = weights.extracting((sub * 32)..<(sub * 32 + 32))
      var importance = InlineArray<32, Float>(repeating: 0)
      for i in 0..<32 { importance[i] = x[i] * x[i] }
      scales[sub] = NonLinearSearch.scale(x, importance: importance.span)
    }
    store(weights, scales: scales, into: &bytes, at: offset)
  }

  public static func encodeBlock(
    _ weights: Span<Float>, importance: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    // Twice the mean square, of the superblock and not of the row.
    let level = BlockArithmetic.sumOfSquares(weights) * (2 / 256)
    var scales = InlineArray<8, Float>(repeating: 0)
    for sub in 0..<8 {
      let range = (sub * 32)..<(sub * 32 + 32)
      let x = weights.extracting(range)
      let weighted = WeightedImportance<32>(x, importance: importance.extracting(range), level: level)
      scales[sub] = NonLinearSearch.scale(x, importance: weighted.values.span)
    }
    store(weights, scales: scales, into: &bytes, at: offset)
  }

  /// Stores a superblock whose sub-blocks shall have these scales.
  private static func store(
    _ weights: Span<Float>, scales: InlineArray<8, Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    // The first scale of the largest magnitude becomes -32.
    let extreme = BlockArithmetic.extreme(scales.span)
    let d = -extreme / 32
    let inverse = BlockArithmetic.reciprocal(d)
    // ggml takes a sub-block whose sums overflow for zeros; this scale makes the block one that is refused.
    var isFinite = true
    for sub in 0..<8 where !scales[sub].isFinite { isFinite = false }
    bytes.store(Binary16.bits(isFinite ? d : .nan), at: offset)
    let values = NonLinearSearch.values
    var levels = InlineArray<8, Int32>(repeating: 0)
    for sub in 0..<8 {
      let level = max(-32, min(31, BlockArithmetic.nearestInteger(inverse * scales[sub])))
      // The codes are those for the scale before it is rounded to half precision.
      let inverseStep = BlockArithmetic.reciprocal(d * Float(level))
      var codes = InlineArray<32, UInt8>(repeating: 0)
      for i in 0..<32 { codes[i] = NonLinearSearch.code(inverseStep * weights[sub * 32 + i], values) }
      FourBitCodes.store(codes, into: &bytes, at: offset + 8 + sub * 16)
      levels[sub] = level
    }
    store(levels: levels, into: &bytes, at: offset)
  }

  /// Stores what the scales of sub-blocks count: -32 to 31.
  static func store(levels: InlineArray<8, Int32>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    var highBits: UInt16 = 0
    for sub in 0..<8 {
      let stored = UInt8(truncatingIfNeeded: levels[sub] + 32)
      if sub % 2 == 0 {
        bytes[offset + 4 + sub / 2] = stored & 0x0F
      } else {
        bytes[offset + 4 + sub / 2] |= stored << 4
      }
      highBits |= UInt16(stored >> 4) << UInt16(2 * sub)
    }
    bytes.store(highBits, at: offset + 2)
  }

  public static func decodeBlock(_ block: Span<UInt8>, into weights: inout MutableSpan<Float>, at start: Int) {
    let d = Binary16.value(block.load(UInt16.self, at: 0))
    let values = NonLinearSearch.values
    for sub in 0..<8 {
      let step = d * Float(level(sub, in: block))
      for i in 0..<32 {
        weights[start + sub * 32 + i] = step * values[Int(FourBitCodes.code(i, in: block, at: 8 + sub * 16))]
      }
    }
  }

  /// What a sub-block's scale counts: -32 to 31.
  @inline(__always)
  static func level(_ sub: Int, in block: Span<UInt8>) -> Int32 {
    let low = sub % 2 == 0 ? block[4 + sub / 2] & 0x0F : block[4 + sub / 2] >> 4
    let high = UInt8(truncatingIfNeeded: block.load(UInt16.self, at: 2) >> UInt16(2 * sub) & 3)
    return Int32(low | high << 4) - 32
  }

  public static func isFinite(_ block: Span<UInt8>) -> Bool { Binary16.isFinite(block.load(UInt16.self, at: 0)) }
}
