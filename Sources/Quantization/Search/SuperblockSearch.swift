internal import TensorCore

/// The method `search` for superblocks: whole-number scales and minimums around those of the sub-blocks' best fits, tried
/// with the superblock's units as they are stored; then the units of least squares for them; and again. formats/search.md.
///
///     weight = d * scale * value - dmin * minimum
///
/// Sums run from the first weight of a sub-block to the last, and from the first sub-block to the last, in binary32.
struct SuperblockSearch {
  struct Form {
    /// Weights of a sub-block: 16 or 32.
    let length: Int
    let values: CodeValues
    /// The whole numbers that scales, and minimums, may be. `highestMinimum` is 0 where there are none.
    let lowestScale: Float
    let highestScale: Float
    var highestMinimum: Float = 0
    /// How far from the fits they are tried.
    let reachOfScale: Int
    var reachOfMinimum = 0

    var subBlocks: Int { 256 / length }
  }

  /// Whole numbers, one a sub-block, and their units, which are halves.
  struct Fit {
    var scales = InlineArray<16, Float>(repeating: 0)
    var minimums = InlineArray<16, Float>(repeating: 0)
    var d: Float = 0
    var dmin: Float = 0
  }

  private let form: Form
  private(set) var numbers = SuperblockNumbers()

  private static let rounds = 3

  /// - Parameters:
  ///   - x: The weights of a superblock.
  ///   - importance: For each, what its squared error counts for; not negative.
  ///   - scales: The scales of the sub-blocks' own fits.
  ///   - minimums: Their minimums; zeros where the form has none.
  init(
    _ x: Span<Float>, importance: Span<Float>, _ form: Form, scales: InlineArray<16, Float>,
    minimums: InlineArray<16, Float>
  ) {
    self.form = form
    var tried = Self.first(form, scales, minimums)
    var bestError = Float.infinity
    for round in 0..<Self.rounds {
      let isLast = round == Self.rounds - 1
      let error = Self.moveToBest(
        &tried, x, importance, form, reachOfScale: isLast ? 0 : form.reachOfScale >> round,
        reachOfMinimum: isLast ? 0 : form.reachOfMinimum >> round)
      if error < bestError {
        bestError = error
        numbers.fit = tried
      }
      if !isLast { Self.fitUnits(&tried, x, importance, form) }
    }
    let fit = numbers.fit
    for i in 0..<256 {
      let sub = i / form.length
      let (step, shift) = (fit.d * fit.scales[sub], fit.dmin * fit.minimums[sub])
      numbers.codes[i] = form.values.code((x[i] + shift) * BlockArithmetic.reciprocal(step))
    }
  }

  /// Units in which the largest scale and the largest minimum are the largest whole numbers, and these.
  private static func first(
    _ form: Form, _ scales: InlineArray<16, Float>, _ minimums: InlineArray<16, Float>
  ) -> Fit {
    var fit = Fit()
    var largestMinimum: Float = 0
    for sub in 0..<form.subBlocks where minimums[sub] > largestMinimum { largestMinimum = minimums[sub] }
    let end = form.lowestScale < 0 ? form.lowestScale : form.highestScale
    fit.d = Binary16.rounded(BlockArithmetic.extreme(scales.span.extracting(0..<form.subBlocks)) / end)
    // A scale below zero, which fits have where few columns count, is none.
    if form.lowestScale == 0 && fit.d < 0 { fit.d = 0 }
    if form.highestMinimum > 0 { fit.dmin = Binary16.rounded(largestMinimum / form.highestMinimum) }
    let (inverse, inverseOfMinimum) = (BlockArithmetic.reciprocal(fit.d), BlockArithmetic.reciprocal(fit.dmin))
    for sub in 0..<form.subBlocks {
      fit.scales[sub] = wholeNumber(cut(scales[sub] * inverse, form.lowestScale, form.highestScale))
      fit.minimums[sub] = wholeNumber(cut(minimums[sub] * inverseOfMinimum, 0, form.highestMinimum))
    }
    return fit
  }

  /// Moves scales and minimums to the best ones in reach.
  ///
  /// - Returns: The error that is left.
  private static func moveToBest(
    _ fit: inout Fit, _ x: Span<Float>, _ importance: Span<Float>, _ form: Form, reachOfScale: Int, reachOfMinimum: Int
  ) -> Float {
    let middle = (form.values.lowest + form.values.highest) / 2
    let inverse = BlockArithmetic.reciprocal(fit.dmin)
    var total: Float = 0
    for sub in 0..<form.subBlocks {
      let range = (sub * form.length)..<((sub + 1) * form.length)
      let (x, importance) = (x.extracting(range), importance.extracting(range))
      let (scale, minimum) = (fit.scales[sub], fit.minimums[sub])
      var best = Float.infinity
      for a in -reachOfScale...reachOfScale {
        let tried = cut(scale + Float(a), form.lowestScale, form.highestScale)
        // With another scale the minimum moves so that the middle of the codes stays where it is.
        let moved = wholeNumber(
          cut(minimum + middle * (tried - scale) * fit.d * inverse, 0, form.highestMinimum))
        for b in -reachOfMinimum...reachOfMinimum {
          let triedMinimum = cut(moved + Float(b), 0, form.highestMinimum)
          let error = error(
            x, importance, form.values, step: fit.d * tried, shift: fit.dmin * triedMinimum)
          if error < best {
            best = error
            (fit.scales[sub], fit.minimums[sub]) = (tried, triedMinimum)
          }
        }
      }
      total += best
    }
    return total
  }

  private static func error(
    _ x: Span<Float>, _ importance: Span<Float>, _ values: CodeValues, step: Float, shift: Float
  ) -> Float {
    let inverse = BlockArithmetic.reciprocal(step)
    var sum: Float = 0
    for i in 0..<x.count {
      let error = step * values.nearest((x[i] + shift) * inverse) - shift - x[i]
      sum += importance[i] * error * error
    }
    return sum
  }

  /// The units of least squares for the scales, the minimums and the codes that go with them; where there are none, the
  /// units stay.
  private static func fitUnits(_ fit: inout Fit, _ x: Span<Float>, _ importance: Span<Float>, _ form: Form) {
    var total = Sums()
    for sub in 0..<form.subBlocks {
      let range = (sub * form.length)..<((sub + 1) * form.length)
      let (x, importance) = (x.extracting(range), importance.extracting(range))
      let (scale, ofDmin) = (fit.scales[sub], -fit.minimums[sub])
      let shift = fit.dmin * -ofDmin
      let inverse = BlockArithmetic.reciprocal(fit.d * scale)
      var sums = Sums()
      for i in 0..<form.length {
        let ofD = scale * form.values.nearest((x[i] + shift) * inverse)
        let (factorD, factorDmin) = (importance[i] * ofD, importance[i] * ofDmin)
        sums.dd += factorD * ofD
        sums.dm += factorD * ofDmin
        sums.mm += factorDmin * ofDmin
        sums.dx += factorD * x[i]
        sums.mx += factorDmin * x[i]
      }
      total.add(sums)
    }
    let (newD, newDmin) = total.solution(dmin: fit.dmin)
    let (d, dmin) = (Binary16.rounded(newD), Binary16.rounded(newDmin))
    let size = form.lowestScale < 0 ? abs(d) : d
    // NaN and infinity are not.
    guard size > 0 && size <= Binary16.greatestFinite && dmin >= 0 && dmin <= Binary16.greatestFinite else { return }
    (fit.d, fit.dmin) = (d, dmin)
  }

  /// Sums of products of the factors of d, of those of dmin, and of weights.
  private struct Sums {
    var dd: Float = 0
    var dm: Float = 0
    var mm: Float = 0
    var dx: Float = 0
    var mx: Float = 0

    mutating func add(_ other: Sums) {
      dd += other.dd
      dm += other.dm
      mm += other.mm
      dx += other.dx
      mx += other.mx
    }

    func solution(dmin: Float) -> (d: Float, dmin: Float) {
      if mm == 0 { return (dx / dd, dmin) }
      let determinant = dd * mm - dm * dm
      return ((dx * mm - mx * dm) / determinant, (mx * dd - dx * dm) / determinant)
    }
  }
}

extension Binary16 {
  /// A number, rounded to a half.
  static func rounded(_ value: Float) -> Float { self.value(bits(value)) }
}
