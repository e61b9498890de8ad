public import TensorCore

/// Q2_K: a superblock of 16 sub-blocks of 16 weights, each with a 4-bit scale and a 4-bit minimum, two bits a weight.
/// formats/q2_k.md.
///
///     0    scales  16 bytes, one a sub-block: the scale in the low half, the minimum in the high half
///     16   qs      64 bytes: half h (128 weights) has 32 bytes; byte m holds its weights m, m + 32, m + 64, m + 96, the
///                  first in the lowest two bits
///     80   d       binary16: what the sub-blocks' scales count in
///     82   dmin    binary16: what their minimums count in
///
/// Weight = d * scale * code - dmin * minimum.
public enum Q2_KCodec: BlockImportanceCodec {
  public static let elementType = ElementType.q2_K
  /// The minimum is what overflows first, beyond 15 x 65504 = 982,560; the search may place it below the smallest weight,
  /// so that less than half of it is what is safe for any block.
  public static let largestMagnitude: Float = 400_000

  private static let search = AffineSearchParameters(
    highestCode: 3, firstStep: -0.5, stepWidth: 0.1, lastStep: 15, countsMagnitude: true)

  public static func encodeBlock(_ weights: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    var superblock = Superblock()
    var scales = InlineArray<16, Float>(repeating: 0)
    var minimums = InlineArray<16, Float>(repeating: 0)
    for sub in 0..<16 {
      let x = weights.extracting((sub * 16)..<(sub * 16 + 16))
      // The error of a weight counts for its magnitude.
      var importance = InlineArray<16, Float>(repeating: 0)
      for i in 0..<16 { importance[i] = abs(x[i]) }
      let fit = AffineSearch<16>.fit(x, importance: importance.span, search)
      (scales[sub], minimums[sub]) = (fit.scale, fit.minimum)
      for i in 0..<16 { superblock.codes[sub * 16 + i] = fit.codes[i] }
    }

    var largestScale: Float = 0
    var largestMinimum: Float = 0
    for sub in 0..<16 {
      if scales[sub] > largestScale { largestScale = scales[sub] }
      if minimums[sub] > largestMinimum { largestMinimum = minimums[sub] }
    }
    let inverseScale = largestScale > 0 ? 15 / largestScale : 0
    let inverseMinimum = largestMinimum > 0 ? 15 / largestMinimum : 0
    for sub in 0..<16 {
      // The low bits count, as in ggml; none is above the fourth, since no scale is larger than the largest.
      let scale = BlockArithmetic.nearestInteger(inverseScale * scales[sub])
      let minimum = BlockArithmetic.nearestInteger(inverseMinimum * minimums[sub])
      superblock.scales[sub] = UInt8(truncatingIfNeeded: scale) | UInt8(truncatingIfNeeded: minimum) << 4
    }
    superblock.d = Binary16.bits(largestScale / 15)
    superblock.dmin = Binary16.bits(largestMinimum / 15)
    superblock.chooseCodesAgain(weights)
    superblock.store(into: &bytes, at: offset)
  }

  public static func encodeBlock(
    _ weights: Span<Float>, importance: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    // The mean square, and not twice that as in the other K-quants.
    let level = BlockArithmetic.sumOfSquares(weights) / 256
    var superblock = Superblock()
    var scales = InlineArray<16, Float>(repeating: 0)
    var minimums = InlineArray<16, Float>(repeating: 0)
    var sums = InlineArray<16, Float>(repeating: 0)
    for sub in 0..<16 {
      let range = (sub * 16)..<(sub * 16 + 16)
      let x = weights.extracting(range)
      let weighted = WeightedImportance<16>(x, importance: importance.extracting(range), level: level)
      let fit = AffineSearch<16>.fit(x, importance: weighted.values.span, .weighted(highestCode: 3))
      (scales[sub], minimums[sub], sums[sub]) = (fit.scale, fit.minimum, weighted.sum)
      for i in 0..<16 { superblock.codes[sub * 16 + i] = fit.codes[i] }
    }
    let scale = PositiveSearch<16>.fit(scales.span, importance: sums.span, highestCode: 15)
    let minimum = PositiveSearch<16>.fit(minimums.span, importance: sums.span, highestCode: 15)
    for sub in 0..<16 { superblock.scales[sub] = scale.codes[sub] | minimum.codes[sub] << 4 }
    superblock.d = Binary16.bits(scale.scale)
    superblock.dmin = Binary16.bits(minimum.scale)
    superblock.chooseCodesAgain(weights)
    superblock.store(into: &bytes, at: offset)
  }

  public static func decodeBlock(_ block: Span<UInt8>, into weights: inout MutableSpan<Float>, at start: Int) {
    let superblock = Superblock(block)
    for i in 0..<256 {
      let (step, shift) = superblock.stepAndShift(i / 16)
      weights[start + i] = step * Float(superblock.codes[i]) - shift
    }
  }

  public static func isFinite(_ block: Span<UInt8>) -> Bool {
    Binary16.isFinite(block.load(UInt16.self, at: 80)) && Binary16.isFinite(block.load(UInt16.self, at: 82))
  }
}

extension Q2_KCodec {
  /// What a block holds, unpacked.
  struct Superblock {
    var scales = InlineArray<16, UInt8>(repeating: 0)
    var d: UInt16 = 0
    var dmin: UInt16 = 0
    /// One a weight.
    var codes = InlineArray<256, UInt8>(repeating: 0)

    init() {}

    init(_ block: Span<UInt8>) {
      for sub in 0..<16 { scales[sub] = block[sub] }
      d = block.load(UInt16.self, at: 80)
      dmin = block.load(UInt16.self, at: 82)
      for i in 0..<256 { codes[i] = block[16 + i / 128 * 32 + i % 32] >> UInt8(i % 128 / 32 * 2) & 3 }
    }

    func store(into bytes: inout MutableSpan<UInt8>, at offset: Int) {
      for sub in 0..<16 { bytes[offset + sub] = scales[sub] }
      for half in 0..<2 {
        for m in 0..<32 {
          var packed: UInt8 = 0
          for n in 0..<4 { packed |= codes[half * 128 + n * 32 + m] << UInt8(2 * n) }
          bytes[offset + 16 + half * 32 + m] = packed
        }
      }
      bytes.store(d, at: offset + 80)
      bytes.store(dmin, at: offset + 82)
    }

    /// A weight of a sub-block is its code times the step, less the shift.
    func stepAndShift(_ sub: Int) -> (step: Float, shift: Float) {
      (Binary16.value(d) * Float(scales[sub] & 0x0F), Binary16.value(dmin) * Float(scales[sub] >> 4))
    }

    /// The codes for the scales as they will be read. Where a scale became zero, the search's codes stay.
    mutating func chooseCodesAgain(_ weights: Span<Float>) {
      for sub in 0..<16 {
        let (step, shift) = stepAndShift(sub)
        guard step != 0 else { continue }
        for i in (sub * 16)..<(sub * 16 + 16) {
          let code = BlockArithmetic.nearestInteger((weights[i] + shift) / step, from: 0, to: 3)
          codes[i] = UInt8(truncatingIfNeeded: code)
        }
      }
    }
  }
}
