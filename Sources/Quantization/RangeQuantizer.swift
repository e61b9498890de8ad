/// How Q4_1 and Q5_1 choose their numbers: the range of a block's weights, divided evenly. formats/q4_1.md.
struct RangeQuantizer {
  let scale: Float
  let minimum: Float
  private let inverse: Float
  private let highestCode: Int32

  init(_ weights: Span<Float>, highestCode: Int32) {
    // NaN is smaller and larger than nothing, so that these stay what they are here.
    var lowest = Float.greatestFiniteMagnitude
    var highest = -Float.greatestFiniteMagnitude
    for i in 0..<weights.count {
      if weights[i] < lowest { lowest = weights[i] }
      if weights[i] > highest { highest = weights[i] }
    }
    self.highestCode = highestCode
    minimum = lowest
    scale = (highest - lowest) / Float(highestCode)
    inverse = BlockArithmetic.reciprocal(scale)
  }

  /// `(weight - minimum) * inverse` is 0 to `highestCode`. A scale so small that its reciprocal overflows is zero in half
  /// precision; every code is then 0.
  @inline(__always)
  func code(_ weight: Float) -> UInt8 {
    guard inverse.isFinite else { return 0 }
    return UInt8(clamping: min(highestCode, BlockArithmetic.integer((weight - minimum) * inverse + 0.5)))
  }
}
