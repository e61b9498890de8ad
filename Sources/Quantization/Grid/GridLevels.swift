/// What the codes of a type stand for, in units of the scale: weight = level * scale, rounded to binary32.
public struct GridLevels: Sendable, Hashable {
  /// Ascending, none twice, below zero and not below zero; a code is a place in it. At most 256.
  public let values: [Float]
  /// The levels that a weight other than zero can have, the largest magnitudes first.
  let nonzero: [Float]

  /// Of levels that are all integers from the first to the last, the first.
  private let firstInteger: Float?

  /// - Parameter values: Ascending.
  init(_ values: [Float]) {
    self.values = values
    nonzero = values.filter { $0 != 0 }.sorted { abs($0) > abs($1) || abs($0) == abs($1) && $0 < $1 }
    let first = values.first?.rounded() ?? 0
    firstInteger = values.enumerated().allSatisfy { Float($0) + first == $1 } ? first : nil
  }

  /// The code whose weight, as a checkpoint stores it, is `weight`: one with the same bits where there is one.
  ///
  /// - Complexity: O(log *n*) for *n* levels; O(*n*) for a zero.
  func code(
    of weight: Float, scale: Float, storedAs precision: WeightPrecision
  ) -> (code: Int, match: GridMatch)? {
    if weight == 0 { return codeOfZero(weight, scale: scale, storedAs: precision) }
    if let firstInteger {
      // The rounding of a stored weight is a quarter of a level at most: of 128 levels in BF16.
      let level = (weight / scale).rounded()
      guard level >= firstInteger, level < firstInteger + Float(values.count),
        precision.stored(level * scale) == weight
      else { return nil }
      return (Int(level - firstInteger), .identical)
    }
    let isFalling = scale.sign == .minus
    // The first level, in the order of weights, that is not below the weight.
    var (low, high) = (0, values.count - 1)
    while low < high {
      let middle = (low + high) / 2
      let level = values[isFalling ? values.count - 1 - middle : middle]
      if precision.stored(level * scale) < weight { low = middle + 1 } else { high = middle }
    }
    let code = isFalling ? values.count - 1 - low : low
    return precision.stored(values[code] * scale) == weight ? (code, .identical) : nil
  }

  /// Zeros are the level 0, and levels whose weights are too small for the precision, or for a scale of zero: these have
  /// both signs.
  private func codeOfZero(
    _ weight: Float, scale: Float, storedAs precision: WeightPrecision
  ) -> (code: Int, match: GridMatch)? {
    var found: (code: Int, match: GridMatch)?
    for code in values.indices {
      let match = GridMatch(weight, precision.stored(values[code] * scale))
      if match > found?.match ?? .none { found = (code, match) }
      if match == .identical { break }
    }
    return found
  }
}
