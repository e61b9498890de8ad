/// The bound of Q4_1 and Q5_1, which divide the range of a block's weights evenly: the codes are the nearest under the
/// scale and the minimum before these are rounded to half precision. formats/bounds.md.
struct RangeBound {
  private let lowest: Float
  private let highest: Float
  private var half: Float = 0
  /// The bounds of the weights at the ends of the range, which only the rounding of the scale and the minimum moves.
  private var ofLowest: Float = 0
  private var ofHighest: Float = 0

  /// - Parameters:
  ///   - weights: Those of the block.
  ///   - d: The scale, and `m` the minimum, as they are stored.
  init(_ weights: Span<Float>, d: Float, m: Float, highestCode: Float) {
    var (lowest, highest) = (weights[0], weights[0])
    for i in 1..<weights.count {
      if weights[i] < lowest { lowest = weights[i] }
      if weights[i] > highest { highest = weights[i] }
    }
    (self.lowest, self.highest) = (lowest, highest)
    let size = abs(d)
    guard size < .infinity, abs(m) < .infinity else { return }
    let rounding = HalfRounding.largest(d)
    let roundingOfMinimum = HalfRounding.largest(m)
    let reach = highestCode * size + abs(m)
    let shared = highestCode * rounding + roundingOfMinimum + reach * 0x1p-22
    half = (size + rounding) * (0.5 + 0x1p-14) + shared
    ofLowest = roundingOfMinimum * (1 + 0x1p-20)
    ofHighest = shared * (1 + 0x1p-20)
  }

  @inline(__always)
  func bound(_ weight: Float) -> Float {
    weight == lowest ? ofLowest : weight == highest ? ofHighest : half
  }
}
