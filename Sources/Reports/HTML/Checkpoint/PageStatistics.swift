internal import Inspection

/// The statistics of a tensor as a page holds them: figures short, counts that are mostly zero left out where they are,
/// histograms without the zeros at their ends.
struct PageStatistics: Encodable {
  let weights: Weights?
  let blocks: Int?
  let zeroBlocks: Int?
  let scales: Scales?
  let mins: Scales?
  let subScales: Integers?
  let subMins: Integers?
  let codes: Codes?
  let rows: Rows?
  let limitation: String?

  init(_ tensor: TensorStatistics, hasHistograms: Bool) {
    weights = tensor.weights.map(Weights.init)
    blocks = tensor.blocks?.count
    zeroBlocks = tensor.blocks?.allZero
    scales = tensor.scales.map { Scales($0, hasHistograms) }
    mins = tensor.mins.map { Scales($0, hasHistograms) }
    subScales = tensor.subScales.map { Integers($0, hasHistograms) }
    subMins = tensor.subMins.map { Integers($0, hasHistograms) }
    codes = tensor.codes.map { Codes($0, hasHistograms) }
    rows = tensor.rows.map(Rows.init)
    limitation = tensor.limitation
  }

  struct Weights: Encodable {
    let count, zeros: Int
    let notANumber, infinite: Int?
    let minimum, maximum, mean, rms, deviation: Double

    init(_ figures: WeightFigures) {
      (count, zeros) = (figures.count, figures.zeros)
      (notANumber, infinite) = (some(figures.notANumber), some(figures.infinite))
      (minimum, maximum) = (short(figures.minimum), short(figures.maximum))
      (mean, rms, deviation) = (short(figures.mean), short(figures.rms), short(figures.standardDeviation))
    }
  }

  struct Scales: Encodable {
    let encoding: String
    let count: Int
    let zeros, negative, subnormal, largest, infinite, notANumber: Int?
    let mean, low, high: Double
    /// The number of the first class, and how many magnitudes are in it and in those behind it.
    let first: Int?
    let counts: [Int]?

    init(_ figures: ScaleFigures, _ hasHistogram: Bool) {
      encoding = figures.encoding
      (count, zeros, negative) = (figures.count, some(figures.zeros), some(figures.negative))
      (subnormal, largest) = (some(figures.subnormal), some(figures.largest))
      (infinite, notANumber) = (some(figures.infinite), some(figures.notANumber))
      mean = short(figures.meanMagnitude)
      (low, high) = (short(figures.smallestMagnitude), short(figures.largestMagnitude))
      first = hasHistogram ? figures.magnitudes.first : nil
      counts = hasHistogram ? figures.magnitudes.counts : nil
    }
  }

  struct Integers: Encodable {
    /// How many integers there could be, how many there are, and the entropy in bits.
    let possible, used: Int
    let entropy: Double
    /// The integers that `counts` are of: from `first` on, or `values` where they leave some out.
    let first: Int?
    let values: [Int]?
    let counts: [Int]?

    /// - Parameter isWhole: Whether integers that are not there are kept at the ends too.
    init(_ histogram: IntegerHistogram, _ hasCounts: Bool, isWhole: Bool = true) {
      (possible, used) = (histogram.values.count, histogram.used)
      entropy = (histogram.entropy * 10_000).rounded() / 10_000
      let filled = histogram.counts.indices.filter { histogram.counts[$0] > 0 }
      guard hasCounts, let start = filled.first, let end = filled.last else {
        (first, values, counts) = (nil, nil, nil)
        return
      }
      let range = isWhole ? histogram.counts.indices : start..<(end + 1)
      counts = Array(histogram.counts[range])
      let integers = histogram.values[range]
      let isDense = zip(integers, integers.dropFirst()).allSatisfy { $1 == $0 &+ 1 }
      first = isDense ? integers.first : nil
      values = isDense ? nil : Array(integers)
    }
  }

  struct Codes: Encodable {
    let kind: CodeFigures.Kind
    let histogram: Integers
    /// One weight in so many was counted.
    let every: Int
    let saturated: Int?

    init(_ figures: CodeFigures, _ hasHistogram: Bool) {
      kind = figures.kind
      histogram = Integers(figures.histogram, hasHistogram, isWhole: figures.kind == .codes)
      every = figures.countedOneIn
      saturated = figures.saturated
    }
  }

  struct Rows: Encodable {
    let count: Int
    let zero, notFinite, outlierCount: Int?
    let median, deviation: Double
    let outliers: [Outlier]?

    struct Outlier: Encodable {
      let row: Int
      let rms, largest: Double
    }

    init(_ figures: RowFigures) {
      (count, zero, notFinite) = (figures.count, some(figures.zeroRows), some(figures.notFiniteRows))
      (median, deviation) = (short(figures.medianRMS), short(figures.deviation))
      outlierCount = some(figures.outlierCount)
      let rows = figures.outliers.map {
        Outlier(row: $0.row, rms: short($0.rms), largest: short($0.largestMagnitude))
      }
      outliers = rows.isEmpty ? nil : rows
    }
  }
}

/// A figure to binary32's precision, which takes half the digits.
private func short(_ value: Double) -> Double {
  let narrow = Float(value)
  return narrow.isNormal ? Double(narrow.description) ?? value : value
}

/// nil for none.
private func some(_ count: Int) -> Int? { count == 0 ? nil : count }
