internal import TensorCore

/// What Q4_K and Q5_K have in common: eight sub-blocks of 32 weights, each with a scale and a minimum of six bits, which
/// two halves scale. Only how many bits a code has, and where they stand, differs.
///
///     0    d       binary16: what the sub-blocks' scales count in
///     2    dmin    binary16: what their minimums count in
///     4    scales  12 bytes: 8 scales and 8 minimums of 6 bits (``SixBitPairs``)
///
/// Weight = d * scale * code - dmin * minimum.
struct AffineSuperblock {
  let d: UInt16
  let dmin: UInt16
  private var pairs = SixBitPairs()
  /// One a weight.
  private(set) var codes = InlineArray<256, UInt8>(repeating: 0)

  /// A superblock of these numbers.
  init(d: UInt16, dmin: UInt16, pairs: SixBitPairs, codes: InlineArray<256, UInt8>) {
    self.d = d
    self.dmin = dmin
    self.pairs = pairs
    self.codes = codes
  }

  /// The same with other codes, one a weight.
  func with(_ codes: Span<UInt8>) -> AffineSuperblock {
    var other = self
    other.codes = InlineArray { codes[$0] }
    return other
  }

  /// Quantizes the weights of a superblock.
  init(_ weights: Span<Float>, _ parameters: AffineSearchParameters) {
    var scales = InlineArray<8, Float>(repeating: 0)
    var minimums = InlineArray<8, Float>(repeating: 0)
    for sub in 0..<8 {
      let x = weights.extracting((sub * 32)..<(sub * 32 + 32))
      let importance = Self.importance(x)
      let fit = AffineSearch<32>.fit(x, importance: importance.span, parameters)
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
    for sub in 0..<8 {
      pairs.set(
        sub, scale: Self.sixBits(inverseScale * scales[sub]), minimum: Self.sixBits(inverseMinimum * minimums[sub]))
    }
    d = Binary16.bits(largestScale / 63)
    dmin = Binary16.bits(largestMinimum / 63)
    chooseCodesAgain(weights, parameters.highestCode)
  }

  /// Quantizes the weights of a superblock whose columns have an importance each.
  ///
  /// - Parameter highestPair: What a sub-block's scale and minimum are cut to. A negative scale, which the search can
  ///   find where few columns count, has wrapped to more than six bits hold.
  init(_ weights: Span<Float>, importance: Span<Float>, highestCode: Int32, highestPair: UInt8) {
    let level = 2 * BlockArithmetic.sumOfSquares(weights) / 256
    var scales = InlineArray<8, Float>(repeating: 0)
    var minimums = InlineArray<8, Float>(repeating: 0)
    var sums = InlineArray<8, Float>(repeating: 0)
    for sub in 0..<8 {
      let range = (sub * 32)..<(sub * 32 + 32)
      let x = weights.extracting(range)
      let weighted = WeightedImportance<32>(x, importance: importance.extracting(range), level: level)
      let fit = AffineSearch<32>.fit(x, importance: weighted.values.span, .weighted(highestCode: highestCode))
      (scales[sub], minimums[sub], sums[sub]) = (fit.scale, fit.minimum, weighted.sum)
      for i in 0..<32 { codes[sub * 32 + i] = fit.codes[i] }
    }
    let scale = PositiveSearch<8>.fit(scales.span, importance: sums.span, highestCode: 63)
    let minimum = PositiveSearch<8>.fit(minimums.span, importance: sums.span, highestCode: 63)
    for sub in 0..<8 {
      pairs.set(sub, scale: min(highestPair, scale.codes[sub]), minimum: min(highestPair, minimum.codes[sub]))
    }
    d = Binary16.bits(scale.scale)
    dmin = Binary16.bits(minimum.scale)
    chooseCodesAgain(weights, highestCode)
  }

  /// Large weights of a sub-block count for more.
  private static func importance(_ x: Span<Float>) -> InlineArray<32, Float> {
    let level = (BlockArithmetic.sumOfSquares(x) / 32).squareRoot()
    var importance = InlineArray<32, Float>(repeating: 0)
    for i in 0..<32 { importance[i] = level + abs(x[i]) }
    return importance
  }

  /// The nearest integer as a byte, then at most 63: a negative one wraps before it is capped, as in ggml.
  private static func sixBits(_ value: Float) -> UInt8 {
    min(63, UInt8(truncatingIfNeeded: BlockArithmetic.nearestInteger(value)))
  }

  /// The codes for the scales as they will be read. Where a scale became zero, the search's codes stay.
  private mutating func chooseCodesAgain(_ weights: Span<Float>, _ highestCode: Int32) {
    for sub in 0..<8 {
      let (step, shift) = stepAndShift(sub)
      guard step != 0 else { continue }
      for i in (sub * 32)..<(sub * 32 + 32) {
        let code = BlockArithmetic.nearestInteger((weights[i] + shift) / step, from: 0, to: highestCode)
        codes[i] = UInt8(truncatingIfNeeded: code)
      }
    }
  }

  /// Reads the first 16 bytes of a block.
  init(_ block: Span<UInt8>) {
    d = block.load(UInt16.self, at: 0)
    dmin = block.load(UInt16.self, at: 2)
    for i in 0..<12 { pairs.bytes[i] = block[4 + i] }
  }

  /// Writes them.
  func storeScales(into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    bytes.store(d, at: offset)
    bytes.store(dmin, at: offset + 2)
    for i in 0..<12 { bytes[offset + 4 + i] = pairs.bytes[i] }
  }

  /// The integers of a sub-block.
  func scaleAndMinimum(_ sub: Int) -> (scale: UInt8, minimum: UInt8) { pairs.get(sub) }

  /// A weight of a sub-block is its code times the step, less the shift.
  func stepAndShift(_ sub: Int) -> (step: Float, shift: Float) {
    let (scale, minimum) = pairs.get(sub)
    return (Binary16.value(d) * Float(scale), Binary16.value(dmin) * Float(minimum))
  }

  static func isFinite(_ block: Span<UInt8>) -> Bool {
    Binary16.isFinite(block.load(UInt16.self, at: 0)) && Binary16.isFinite(block.load(UInt16.self, at: 2))
  }
}
