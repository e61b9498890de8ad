public import TensorCore

/// Q6_K: a superblock of 16 sub-blocks of 16 weights, each with an 8-bit scale, six bits a weight. formats/q6_k.md.
///
///     0    ql      128 bytes: the low four bits of the codes
///     128  qh      64 bytes: their high two bits
///     192  scales  16 x int8
///     208  d       binary16: what the sub-blocks' scales count in
///
/// Half h of the superblock (128 weights) has 64 bytes of `ql` and 32 of `qh`. Its weights m, m + 32, m + 64 and m + 96
/// (m below 32) have their low bits in the low halves of bytes m and m + 32 of `ql` and in the high halves of the same
/// bytes, and their high bits in byte m of `qh`, the first in the lowest two.
///
/// Weight = d * scale * (code - 32).
public enum Q6_KCodec: BlockImportanceCodec {
  public static let elementType = ElementType.q6_K
  /// A scale is about 1/32 of the sub-block's largest weight, and d 1/128 of the largest scale: 32 x 128 x 65504. The
  /// search may choose a larger scale, so that half of it is what is safe for any block.
  public static let largestMagnitude: Float = 128_000_000

  public static func encodeBlock(_ weights: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    // The error of a weight counts for its square.
    var importance = InlineArray<256, Float>(repeating: 0)
    for i in 0..<256 { importance[i] = weights[i] * weights[i] }
    encodeBlock(weights, importance: importance.span, into: &bytes, at: offset)
  }

  public static func encodeBlock(
    _ weights: Span<Float>, importance: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    var codes = InlineArray<256, UInt8>(repeating: 0)
    var scales = InlineArray<16, Float>(repeating: 0)
    var largest: Float = 0
    var overflows = false
    for sub in 0..<16 {
      let range = (sub * 16)..<(sub * 16 + 16)
      let fit = SymmetricSearch<16>.fit(
        weights.extracting(range), importance: importance.extracting(range), half: 32)
      scales[sub] = fit.scale
      for i in 0..<16 { codes[sub * 16 + i] = fit.codes[i] }
      if abs(fit.scale) > abs(largest) { largest = fit.scale }
      if fit.scale.isNaN { overflows = true }
    }
    if abs(largest) < BlockArithmetic.smallestOfGroup {
      for i in 0..<210 { bytes[offset + i] = 0 }
      // ggml takes a sub-block whose sums overflow for zeros; this scale makes the block one that is refused.
      if overflows { bytes.store(Binary16.bits(.infinity), at: offset + 208) }
      return
    }

    let inverse = -128 / largest
    let d = Binary16.bits(overflows ? .infinity : 1 / inverse)
    bytes.store(d, at: offset + 208)
    for sub in 0..<16 {
      let scale = Int8(truncatingIfNeeded: min(127, BlockArithmetic.nearestInteger(inverse * scales[sub])))
      bytes[offset + 192 + sub] = UInt8(bitPattern: scale)
      // The codes again, for the scale as it will be read. Where it became zero, the search's codes stay.
      let step = Binary16.value(d) * Float(scale)
      guard step != 0 else { continue }
      for i in (sub * 16)..<(sub * 16 + 16) {
        codes[i] = UInt8(truncatingIfNeeded: BlockArithmetic.nearestInteger(weights[i] / step, from: -32, to: 31) + 32)
      }
    }
    store(codes: codes, into: &bytes, at: offset)
  }

  static func store(codes: InlineArray<256, UInt8>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    for half in 0..<2 {
      for m in 0..<32 {
        let first = half * 128 + m
        let (a, b, c, d) = (codes[first], codes[first + 32], codes[first + 64], codes[first + 96])
        bytes[offset + half * 64 + m] = a & 0x0F | c << 4
        bytes[offset + half * 64 + m + 32] = b & 0x0F | d << 4
        bytes[offset + 128 + half * 32 + m] = a >> 4 | (b >> 4) << 2 | (c >> 4) << 4 | (d >> 4) << 6
      }
    }
  }

  public static func decodeBlock(_ block: Span<UInt8>, into weights: inout MutableSpan<Float>, at start: Int) {
    let d = Binary16.value(block.load(UInt16.self, at: 208))
    for i in 0..<256 {
      let (half, quarter, m) = (i / 128, i % 128 / 32, i % 32)
      let low = block[half * 64 + quarter % 2 * 32 + m] >> (quarter < 2 ? 0 : 4) & 0x0F
      let high = block[128 + half * 32 + m] >> UInt8(2 * quarter) & 3
      let scale = Int8(bitPattern: block[192 + i / 16])
      weights[start + i] = d * Float(scale) * Float(Int32(low | high << 4) - 32)
    }
  }

  public static func isFinite(_ block: Span<UInt8>) -> Bool { Binary16.isFinite(block.load(UInt16.self, at: 208)) }
}
