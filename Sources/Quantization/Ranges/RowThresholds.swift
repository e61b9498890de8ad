/// What the ranges of a row's blocks are cut to. formats/ranges.md.
///
/// It has the buffers that every row needs. What comes out depends on the row alone.
struct RowThresholds {
  private let selection: RangeSelection
  private let scheme: RangeScheme
  private var sorted: [Float] = []
  /// Where it is needed.
  private var histogram: MagnitudeHistogram?

  init(_ selection: RangeSelection, _ scheme: RangeScheme) {
    (self.selection, self.scheme) = (selection, scheme)
  }

  /// - Parameter row: All weights of a row, finite.
  /// - Complexity: O(*n* log *n*) for a percentile of *n* weights.
  mutating func limits(_ row: Span<Float>) -> RangeLimits {
    if row.isEmpty { return .none }
    switch selection {
    case .minMax, .leastError: return .none
    case .percentile(let percentile): return limits(row, percentile)
    case .entropy:
      var histogram = histogram ?? MagnitudeHistogram()
      // So that there is one of it, which is filled in place.
      self.histogram = nil
      histogram.fill(row)
      defer { self.histogram = histogram }
      return RangeLimits(magnitude: histogram.threshold(levels: scheme.levelsOfMagnitudes))
    }
  }

  private mutating func limits(_ row: Span<Float>, _ percentile: Percentile) -> RangeLimits {
    let percentile = Double(percentile.value)
    sorted.removeAll(keepingCapacity: true)
    sorted.reserveCapacity(row.count)
    switch scheme {
    case .symmetric:
      for index in 0..<row.count { sorted.append(abs(row[index])) }
      sorted.sort()
      return RangeLimits(magnitude: Self.quantile(percentile / 100, of: sorted))
    case .affine:
      for index in 0..<row.count { sorted.append(row[index]) }
      sorted.sort()
      // What is cut off is shared between the two ends, as in ONNX Runtime.
      let cut = (100 - percentile) / 200
      return RangeLimits(lowest: Self.quantile(cut, of: sorted), highest: Self.quantile(1 - cut, of: sorted))
    }
  }

  /// The quantile with linear interpolation between the two values around it, as numpy.quantile has it; rounded once.
  ///
  /// - Parameters:
  ///   - part: 0 to 1.
  ///   - values: Ascending, at least one.
  static func quantile(_ part: Double, of values: [Float]) -> Float {
    let last = values.count - 1
    let place = part * Double(last)
    let index = min(last, Int(place))
    let (low, high) = (Double(values[index]), Double(values[min(last, index + 1)]))
    let (difference, rest) = (high - low, place - Double(index))
    return Float(rest < 0.5 ? low + difference * rest : high - difference * (1 - rest))
  }
}

extension RangeSelection {
  /// What the ranges of a row's blocks are cut to; ``RangeLimits/none`` where they are not.
  ///
  /// - Parameters:
  ///   - row: All weights of a row, finite.
  ///   - scheme: Of the type that they are quantized to.
  public func limits(_ row: Span<Float>, _ scheme: RangeScheme) -> RangeLimits {
    var thresholds = RowThresholds(self, scheme)
    return thresholds.limits(row)
  }

  /// Bytes that ``limits(_:_:)`` takes for a row, and encoding of rows for one of them at a time.
  public func byteCount(columns: Int) -> Int {
    switch self {
    case .minMax, .leastError: 0
    // It is sorted with half as much room beside it.
    case .percentile: columns * 6
    case .entropy: MagnitudeHistogram.byteCount
    }
  }
}
