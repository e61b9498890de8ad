public import TensorCore

/// Q4_K: a superblock of 8 sub-blocks of 32 weights, each with a 6-bit scale and a 6-bit minimum, four bits a weight.
/// formats/q4_k.md.
///
///     0    d       binary16: what the sub-blocks' scales count in
///     2    dmin    binary16: what their minimums count in
///     4    scales  12 bytes: 8 scales and 8 minimums of 6 bits (``SixBitPairs``)
///     16   qs      128 bytes: 32 a pair of sub-blocks, the first in the low halves, the second in the high halves
///
/// Weight = d * scale * code - dmin * minimum.
public enum Q4_KCodec: BlockCodec {
  public static let elementType = ElementType.q4_K
  /// The minimum is what overflows first, beyond 63 x 65504 = 4,126,752; the search may place it below the smallest
  /// weight, so that half of it is what is safe for any block.
  public static let largestMagnitude: Float = 2_000_000

  public static func encodeBlock(_ weights: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    var codes = InlineArray<256, UInt8>(repeating: 0)
    var scales = InlineArray<8, Float>(repeating: 0)
    var minimums = InlineArray<8, Float>(repeating: 0)
    for sub in 0..<8 {
      let fit = AffineSearch.fit(weights.extracting((sub * 32)..<(sub * 32 + 32)), highestCode: 15)
      (scales[sub], minimums[sub]) = (fit.scale, fit.minimum)
      for i in 0..<32 { codes[sub * 32 + i] = fit.codes[i] }
    }

    var largestScale: Float = 0
    var largestMinimum: Float = 0
    for sub in 0..<8 {
      if scales[sub] > largestScale { largestScale = scales[sub] }
      if minimums[sub] > largestMinimum { largestMinimum = minimums[sub] }
    }
    let inverseScale = largestScale > 0 ? 63 / largestScale : 0
    let inverseMinimum = largestMinimum > 0 ? 63 / largestMinimum : 0
    var pairs = SixBitPairs()
    for sub in 0..<8 {
      pairs.set(
        sub, scale: sixBits(inverseScale * scales[sub]), minimum: sixBits(inverseMinimum * minimums[sub]))
    }
    let d = Binary16.bits(largestScale / 63)
    let dmin = Binary16.bits(largestMinimum / 63)
    bytes.store(d, at: offset)
    bytes.store(dmin, at: offset + 2)
    for i in 0..<12 { bytes[offset + 4 + i] = pairs.bytes[i] }

    // The codes again, for the scales as they will be read. Where a scale became zero, the search's codes stay.
    for sub in 0..<8 {
      let (scale, minimum) = pairs.get(sub)
      let step = Binary16.value(d) * Float(scale)
      guard step != 0 else { continue }
      let shift = Binary16.value(dmin) * Float(minimum)
      for i in 0..<32 {
        let code = BlockArithmetic.nearestInteger((weights[sub * 32 + i] + shift) / step)
        codes[sub * 32 + i] = UInt8(truncatingIfNeeded: max(0, min(15, code)))
      }
    }
    for pair in 0..<4 {
      for i in 0..<32 {
        bytes[offset + 16 + pair * 32 + i] = codes[pair * 64 + i] | codes[pair * 64 + 32 + i] << 4
      }
    }
  }

  /// The nearest integer as a byte, then at most 63: a negative one wraps before it is capped, as in ggml.
  private static func sixBits(_ value: Float) -> UInt8 {
    min(63, UInt8(truncatingIfNeeded: BlockArithmetic.nearestInteger(value)))
  }

  public static func decodeBlock(_ block: Span<UInt8>, into weights: inout MutableSpan<Float>, at start: Int) {
    let d = Binary16.value(block.load(UInt16.self, at: 0))
    let dmin = Binary16.value(block.load(UInt16.self, at: 2))
    var pairs = SixBitPairs()
    for i in 0..<12 { pairs.bytes[i] = block[4 + i] }
    for sub in 0..<8 {
      let (scale, minimum) = pairs.get(sub)
      let step = d * Float(scale)
      let shift = dmin * Float(minimum)
      let codes = 16 + (sub / 2) * 32
      for i in 0..<32 {
        let byte = block[codes + i]
        let code = sub % 2 == 0 ? byte & 0x0F : byte >> 4
        weights[start + sub * 32 + i] = step * Float(code) - shift
      }
    }
  }

  public static func isFinite(_ block: Span<UInt8>) -> Bool {
    Binary16.isFinite(block.load(UInt16.self, at: 0)) && Binary16.isFinite(block.load(UInt16.self, at: 2))
  }
}

/// Eight scales and eight minimums of six bits in twelve bytes.
///
/// Sub-blocks 0-3 have the low six bits of bytes 0-3 (scale) and 4-7 (minimum). Sub-blocks 4-7 have their low four bits
/// in bytes 8-11 (scale in the low half, minimum in the high half), and their high two bits in the high two bits of
/// bytes 0-3 (scale) and 4-7 (minimum).
struct SixBitPairs {
  var bytes = InlineArray<12, UInt8>(repeating: 0)

  func get(_ sub: Int) -> (scale: UInt8, minimum: UInt8) {
    if sub < 4 { return (bytes[sub] & 63, bytes[sub + 4] & 63) }
    return (
      bytes[sub + 4] & 0x0F | (bytes[sub - 4] >> 6) << 4,
      bytes[sub + 4] >> 4 | (bytes[sub] >> 6) << 4
    )
  }

  /// Sets a sub-block's pair; each sub-block is set once, in rising order.
  mutating func set(_ sub: Int, scale: UInt8, minimum: UInt8) {
    if sub < 4 {
      bytes[sub] = scale
      bytes[sub + 4] = minimum
    } else {
      bytes[sub + 4] = scale & 0x0F | (minimum & 0x0F) << 4
      bytes[sub - 4] |= (scale >> 4) << 6
      bytes[sub] |= (minimum >> 4) << 6
    }
  }
}
