public import TensorCore

/// Q3_K: a superblock of 16 sub-blocks of 16 weights, each with a 6-bit scale, three bits a weight. formats/q3_k.md.
///
///     0    hmask   32 bytes: the high bits of the codes; bit k of byte m is that of weight 32 k + m
///     32   qs      64 bytes: their low two bits; half h (128 weights) has 32 bytes; byte m holds its weights m, m + 32,
///                  m + 64, m + 96, the first in the lowest two bits
///     96   scales  12 bytes: 16 scales of 6 bits (``SixBitScales``), 32 more than they are
///     108  d       binary16: what the sub-blocks' scales count in
///
/// Weight = d * (scale - 32) * (code - 4).
public enum Q3_KCodec: BlockImportanceCodec {
  public static let elementType = ElementType.q3_K
  /// A scale is about 1/4 of the sub-block's largest weight, and d 1/32 of the largest scale: 4 x 32 x 65504. The search
  /// may choose a larger scale, so that half of it is what is safe for any block.
  public static let largestMagnitude: Float = 4_000_000

  public static func encodeBlock(_ weights: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    var codes = InlineArray<256, UInt8>(repeating: 0)
    var scales = InlineArray<16, Float>(repeating: 0)
    var largest: Float = 0
    var overflows = false
    for sub in 0..<16 {
      let fit = RefinedSearch.fit(weights.extracting((sub * 16)..<(sub * 16 + 16)))
      scales[sub] = fit.scale
      for i in 0..<16 { codes[sub * 16 + i] = fit.codes[i] }
      if abs(fit.scale) > abs(largest) { largest = fit.scale }
      if fit.scale.isNaN { overflows = true }
    }

    var packed = SixBitScales()
    var d = Binary16.bits(0)
    if largest != 0 {
      let inverse = -32 / largest
      for sub in 0..<16 {
        // The low eight bits count, as in ggml.
        let scale = Int8(truncatingIfNeeded: BlockArithmetic.nearestInteger(inverse * scales[sub]))
        packed.set(sub, UInt8(truncatingIfNeeded: max(-32, min(31, scale)) + 32))
      }
      d = Binary16.bits(1 / inverse)
    }
    // ggml takes a sub-block whose sums overflow for zeros; this scale makes the block one that is refused.
    if overflows { d = Binary16.bits(.infinity) }
    store(weights, codes: codes, scales: packed, d: d, into: &bytes, at: offset)
  }

  public static func encodeBlock(
    _ weights: Span<Float>, importance: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    let level = 2 * BlockArithmetic.sumOfSquares(weights) / 256
    var codes = InlineArray<256, UInt8>(repeating: 0)
    var scales = InlineArray<16, Float>(repeating: 0)
    var sums = InlineArray<16, Float>(repeating: 0)
    var overflows = false
    for sub in 0..<16 {
      let range = (sub * 16)..<(sub * 16 + 16)
      let x = weights.extracting(range)
      let weighted = WeightedImportance<16>(x, importance: importance.extracting(range), level: level)
      let fit = SymmetricSearch<16>.fit(x, importance: weighted.values.span, half: 4)
      (scales[sub], sums[sub]) = (fit.scale, weighted.sum)
      for i in 0..<16 { codes[sub * 16 + i] = fit.codes[i] }
      if fit.scale.isNaN { overflows = true }
    }
    let fit = SymmetricSearch<16>.fit(scales.span, importance: sums.span, half: 32)
    var packed = SixBitScales()
    for sub in 0..<16 { packed.set(sub, fit.codes[sub]) }
    let d = Binary16.bits(overflows ? .infinity : fit.scale)
    store(weights, codes: codes, scales: packed, d: d, into: &bytes, at: offset)
  }

  /// Chooses the codes again, for the scales as they will be read, and writes the block.
  private static func store(
    _ weights: Span<Float>, codes: InlineArray<256, UInt8>, scales: SixBitScales, d: UInt16,
    into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    var codes = codes
    for sub in 0..<16 {
      let step = Binary16.value(d) * Float(Int32(scales.get(sub)) - 32)
      // Where a scale became zero, the search's codes stay.
      guard step != 0 else { continue }
      for i in (sub * 16)..<(sub * 16 + 16) {
        codes[i] = UInt8(truncatingIfNeeded: BlockArithmetic.nearestInteger(weights[i] / step, from: -4, to: 3) + 4)
      }
    }
    store(codes: codes, scales: scales, d: d, into: &bytes, at: offset)
  }

  static func store(
    codes: InlineArray<256, UInt8>, scales: SixBitScales, d: UInt16, into bytes: inout MutableSpan<UInt8>,
    at offset: Int
  ) {
    for m in 0..<32 {
      var highBits: UInt8 = 0
      for k in 0..<8 { highBits |= (codes[32 * k + m] >> 2) << UInt8(k) }
      bytes[offset + m] = highBits
      for half in 0..<2 {
        var lowBits: UInt8 = 0
        for n in 0..<4 { lowBits |= (codes[half * 128 + n * 32 + m] & 3) << UInt8(2 * n) }
        bytes[offset + 32 + half * 32 + m] = lowBits
      }
    }
    for i in 0..<12 { bytes[offset + 96 + i] = scales.bytes[i] }
    bytes.store(d, at: offset + 108)
  }

  public static func decodeBlock(_ block: Span<UInt8>, into weights: inout MutableSpan<Float>, at start: Int) {
    let d = Binary16.value(block.load(UInt16.self, at: 108))
    var scales = SixBitScales()
    for i in 0..<12 { scales.bytes[i] = block[96 + i] }
    for sub in 0..<16 {
      let step = d * Float(Int32(scales.get(sub)) - 32)
      for i in (sub * 16)..<(sub * 16 + 16) {
        let low = block[32 + i / 128 * 32 + i % 32] >> UInt8(i % 128 / 32 * 2) & 3
        let high = block[i % 32] >> UInt8(i / 32) & 1
        weights[start + i] = step * Float(Int32(low | high << 2) - 4)
      }
    }
  }

  public static func isFinite(_ block: Span<UInt8>) -> Bool { Binary16.isFinite(block.load(UInt16.self, at: 108)) }
}

/// Sixteen scales of six bits in twelve bytes.
///
/// Bytes 0-7 have the low four bits of scales 0-7 in their low halves and those of scales 8-15 in their high halves. Bytes
/// 8-11 have the high two bits: byte 8 + j has those of scales j, j + 4, j + 8 and j + 12, the first in the lowest bits.
struct SixBitScales {
  var bytes = InlineArray<12, UInt8>(repeating: 0)

  func get(_ sub: Int) -> UInt8 {
    let low = sub < 8 ? bytes[sub] & 0x0F : bytes[sub - 8] >> 4
    let high = bytes[8 + sub % 4] >> UInt8(sub / 4 * 2) & 3
    return low | high << 4
  }

  /// Sets a scale, at most 63; each is set once.
  mutating func set(_ sub: Int, _ scale: UInt8) {
    bytes[sub % 8] |= (scale & 0x0F) << (sub < 8 ? 0 : 4)
    bytes[8 + sub % 4] |= (scale >> 4) << UInt8(sub / 4 * 2)
  }
}
