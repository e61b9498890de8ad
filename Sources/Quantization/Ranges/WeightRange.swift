/// The range of weights that the codes of a block, or of a sub-block, are spread over.
struct WeightRange {
  private(set) var lowest: Float
  private(set) var highest: Float

  /// From the smallest to the largest of some weights, cut to limits: that of the weights once they are clipped.
  init(_ weights: Span<Float>, within limits: RangeLimits) {
    var (lowest, highest) = (weights[0], weights[0])
    for index in 1..<weights.count {
      if weights[index] < lowest { lowest = weights[index] }
      if weights[index] > highest { highest = weights[index] }
    }
    self.lowest = limits.clipped(lowest)
    self.highest = limits.clipped(highest)
  }

  /// Both ends times a factor.
  func shrunk(_ factor: Float) -> WeightRange {
    var range = self
    (range.lowest, range.highest) = (lowest * factor, highest * factor)
    return range
  }

  /// The scale of the least magnitude whose values reach from end to end; of two as large, the positive one.
  ///
  /// Where the values are as far from 0 on both sides it is the largest magnitude divided by the largest value.
  func scale(of values: CodeValues) -> Float {
    let below = lowest < 0 ? -lowest : 0
    let above = highest > 0 ? highest : 0
    let upright = max(below / -values.lowest, above / values.highest)
    let reversed = max(above / -values.lowest, below / values.highest)
    return upright <= reversed ? upright : -reversed
  }
}
