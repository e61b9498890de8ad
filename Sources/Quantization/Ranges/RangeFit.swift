internal import TensorCore

/// How a range becomes a scale and a minimum: weight = scale * value + minimum.
struct RangeFit {
  enum Minimum {
    /// There is none.
    case none
    /// The lower end.
    case lowerEnd
    /// The lower end, and 0 where that is above it.
    case atMostZero
  }

  struct Numbers {
    var scale: Float
    var minimum: Float
  }

  let values: CodeValues
  var minimum = Minimum.none
  /// Whether scale and minimum are stored as they are, as halves: then they are rounded before codes are chosen.
  var isStored = true

  var shrinking = Shrinking.usual

  /// The factors that a range is shrunk by: 1 - n / grid, n from 0 below count.
  struct Shrinking {
    let grid: Int
    let count: Int

    /// As the observers of LLM Compressor shrink: down to 0.81.
    static let usual = Shrinking(grid: 100, count: 20)
    /// Of two and three bits the best range is often less: down to 0.51, about as far as AWQ goes.
    static let far = Shrinking(grid: 100, count: 50)
    /// Of eight bits a hundredth of the range is more than a step.
    static let fine = Shrinking(grid: 500, count: 20)

    func factor(_ n: Int) -> Float { Float(grid - n) / Float(grid) }
  }

  /// The numbers of the range of some weights.
  ///
  /// - Parameters:
  ///   - importance: For each weight, what its squared error counts for; not negative.
  ///   - isShrunk: Whether they are those of the range times the factor that leaves the least error, the first of several.
  func numbers(
    _ weights: Span<Float>, importance: Span<Float>, within limits: RangeLimits, isShrunk: Bool
  ) -> Numbers {
    let range = WeightRange(weights, within: limits)
    var best = numbers(range)
    guard isShrunk else { return best }
    var least = error(weights, importance, best)
    for n in 1..<shrinking.count {
      let tried = numbers(range.shrunk(shrinking.factor(n)))
      let error = error(weights, importance, tried)
      if error < least { (best, least) = (tried, error) }
    }
    return best
  }

  private func numbers(_ range: WeightRange) -> Numbers {
    var numbers: Numbers
    switch minimum {
    case .none: numbers = Numbers(scale: range.scale(of: values), minimum: 0)
    case .lowerEnd:
      numbers = Numbers(scale: (range.highest - range.lowest) / values.highest, minimum: range.lowest)
    case .atMostZero:
      let minimum = range.lowest < 0 ? range.lowest : 0
      numbers = Numbers(scale: (range.highest - minimum) / values.highest, minimum: minimum)
    }
    if isStored {
      numbers = Numbers(scale: Binary16.rounded(numbers.scale), minimum: Binary16.rounded(numbers.minimum))
    }
    return numbers
  }

  /// The sum of the squared errors, each times what it counts for, from the first weight to the last.
  private func error(_ weights: Span<Float>, _ importance: Span<Float>, _ numbers: Numbers) -> Float {
    let inverse = BlockArithmetic.reciprocal(numbers.scale)
    var sum: Float = 0
    for index in 0..<weights.count {
      let value = values.nearest((weights[index] - numbers.minimum) * inverse)
      let error = value * numbers.scale + numbers.minimum - weights[index]
      sum += importance[index] * error * error
    }
    return sum
  }
}
