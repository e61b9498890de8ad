internal import TensorCore

/// The ranges of the sub-blocks of a superblock, and whole-number scales and minimums for them. formats/ranges.md.
///
///     weight = d * scale * value - dmin * minimum
///
/// Sums run from the first weight to the last, in binary32.
struct RangeSuperblock {
  struct Form {
    /// Weights of a sub-block: 16 or 32.
    let length: Int
    let values: CodeValues
    /// Scales are whole numbers from its negative on, and with minimums from 0 on.
    let highestScale: Float
    /// Minimums are whole numbers from 0 on; 0 where there are none.
    var highestMinimum: Float = 0
    /// What is added to codes: 1 where the lowest one is not used.
    var firstCode: UInt8 = 0
    var shrinking = RangeFit.Shrinking.usual

    var subBlocks: Int { 256 / length }
    var lowestScale: Float { highestMinimum > 0 ? 0 : -highestScale }
  }

  private let form: Form
  private var numbers = SuperblockNumbers()

  /// The numbers of the range of some weights.
  ///
  /// Where ranges are shrunk, each sub-block's is by the factor that leaves the least error before its scale and its minimum
  /// become whole numbers; of that superblock and the one that is not shrunk it is the better one.
  ///
  /// - Parameters:
  ///   - x: The weights of a superblock.
  ///   - importance: For each, what its squared error counts for; not negative.
  static func numbers(
    _ x: Span<Float>, importance: Span<Float>, within limits: RangeLimits, isShrunk: Bool, _ form: Form
  ) -> SuperblockNumbers {
    let plain = RangeSuperblock(x, importance, limits, isShrunk: false, form)
    guard isShrunk else { return plain.numbers }
    let shrunk = RangeSuperblock(x, importance, limits, isShrunk: true, form)
    return shrunk.error(x, importance) < plain.error(x, importance) ? shrunk.numbers : plain.numbers
  }

  private init(_ x: Span<Float>, _ importance: Span<Float>, _ limits: RangeLimits, isShrunk: Bool, _ form: Form) {
    self.form = form
    let fit = RangeFit(
      values: form.values, minimum: form.highestMinimum > 0 ? .atMostZero : .none, isStored: false,
      shrinking: form.shrinking)
    var scales = InlineArray<16, Float>(repeating: 0)
    var minimums = InlineArray<16, Float>(repeating: 0)
    var (largestScale, largestMinimum) = (Float(0), Float(0))
    for sub in 0..<form.subBlocks {
      let own = (sub * form.length)..<((sub + 1) * form.length)
      let found = fit.numbers(
        x.extracting(own), importance: importance.extracting(own), within: limits, isShrunk: isShrunk)
      (scales[sub], minimums[sub]) = (found.scale, -found.minimum)
      largestScale = max(largestScale, abs(scales[sub]))
      largestMinimum = max(largestMinimum, minimums[sub])
    }
    setWholeNumbers(scales, minimums, largestScale: largestScale, largestMinimum: largestMinimum)
    for i in 0..<256 {
      let (step, shift) = stepAndShift(i / form.length)
      numbers.codes[i] = form.values.code((x[i] + shift) * BlockArithmetic.reciprocal(step)) &+ form.firstCode
    }
  }

  /// Units in which the largest scale and the largest minimum are the largest whole numbers, and all in these.
  private mutating func setWholeNumbers(
    _ scales: InlineArray<16, Float>, _ minimums: InlineArray<16, Float>, largestScale: Float, largestMinimum: Float
  ) {
    numbers.fit.d = Binary16.rounded(largestScale / form.highestScale)
    if form.highestMinimum > 0 { numbers.fit.dmin = Binary16.rounded(largestMinimum / form.highestMinimum) }
    let inverse = BlockArithmetic.reciprocal(numbers.fit.d)
    let inverseOfMinimum = BlockArithmetic.reciprocal(numbers.fit.dmin)
    for sub in 0..<form.subBlocks {
      numbers.fit.scales[sub] = wholeNumber(cut(scales[sub] * inverse, form.lowestScale, form.highestScale))
      numbers.fit.minimums[sub] = wholeNumber(cut(minimums[sub] * inverseOfMinimum, 0, form.highestMinimum))
    }
  }

  private func stepAndShift(_ sub: Int) -> (step: Float, shift: Float) {
    (numbers.fit.d * numbers.fit.scales[sub], numbers.fit.dmin * numbers.fit.minimums[sub])
  }

  /// The sum of the squared errors of the weights as they are decoded.
  private func error(_ x: Span<Float>, _ importance: Span<Float>) -> Float {
    var sum: Float = 0
    for i in 0..<256 {
      let (step, shift) = stepAndShift(i / form.length)
      let error = step * form.values.nearest((x[i] + shift) * BlockArithmetic.reciprocal(step)) - shift - x[i]
      sum += importance[i] * error * error
    }
    return sum
  }
}
