/// The bound of weights whose codes name the nearest of sixteen values under a scale: half of the gap between the value and
/// its neighbour on the side of the weight. formats/bounds.md.
struct TableBound {
  private var width: Float = 0
  private var limit: Float = 0
  private var tolerance: Float = 0
  private let isNegative: Bool

  /// - Parameters:
  ///   - scale: What the values count in. Under a scale of zero all codes stand for the same.
  ///   - width: What the gaps count in, if not the scale.
  ///   - limit: The largest distance that a weight can have from a value at the end, or under a scale of zero.
  ///   - tolerance: What roundings add.
  init(scale: Float, width: Float? = nil, limit: Float, tolerance: Float) {
    isNegative = scale < 0
    guard abs(scale) < .infinity else { return }
    self.width = scale == 0 ? .infinity : abs(width ?? scale)
    self.limit = min(.greatestFiniteMagnitude, limit)
    self.tolerance = tolerance
  }

  @inline(__always)
  func bound(_ weight: Float, decoded: Float, _ gaps: TableGaps) -> Float {
    let gap = (weight > decoded) == isNegative ? gaps.below : gaps.above
    let reach = gap * width
    // Not so for NaN: an infinite gap of no width.
    return (reach < limit ? reach : limit) + tolerance
  }
}

/// Half of the gaps between a value of a table and its neighbours, towards lower and towards higher values.
struct TableGaps {
  var below: Float
  var above: Float

  /// Of each value of a rising table.
  ///
  /// - Parameter beyond: What stands for the gap beyond the values at the ends.
  static func of(_ values: [Float], beyond: Float) -> [TableGaps] {
    values.indices.map { index in
      TableGaps(
        below: index == 0 ? beyond : (values[index] - values[index - 1]) * 0.5,
        above: index == values.count - 1 ? beyond : (values[index + 1] - values[index]) * 0.5)
    }
  }
}
