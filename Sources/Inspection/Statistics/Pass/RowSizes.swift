#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// How large the rows of a tensor are, in memory that does not grow with them: by the upper bits of their root mean
/// squares, and the largest and the smallest rows themselves.
struct RowSizes: Sendable {
  /// A row that is a candidate for an outlier.
  struct Row: Sendable {
    let number: Int
    let rms: Double
  }

  /// Rows below this length are not looked at: their sizes say little.
  static let shortestRow = 32
  /// Among fewer rows no one is an outlier.
  static let fewestRows = 32
  /// An outlier is further than so many octaves from the median, and than so many times the median deviation.
  private static let leastOctaves = 1.0
  private static let deviations = 8.0
  /// The bits of a binary32 number that do not tell its class: 64 classes for each power of two.
  private static let shift: UInt32 = 17

  private var classes = PatternCounts(patterns: 1 << 14)
  private var largest: [Row] = []
  private var smallest: [Row] = []
  private var zeroRows = 0
  private var notFiniteRows = 0
  private var count = 0

  /// - Parameters:
  ///   - squares: The sum of the squared weights.
  ///   - length: Weights of a row.
  mutating func add(row number: Int, squares: Double, length: Int, isFinite: Bool) {
    count += 1
    if !isFinite {
      notFiniteRows += 1
    } else if squares == 0 {
      zeroRows += 1
    } else {
      let row = Row(number: number, rms: (squares / Double(length)).squareRoot())
      classes.add(Self.classOf(row.rms))
      keep(row)
    }
  }

  private mutating func keep(_ row: Row) {
    Self.keep(row, in: &largest) { $0.rms != $1.rms ? $0.rms > $1.rms : $0.number < $1.number }
    Self.keep(row, in: &smallest) { $0.rms != $1.rms ? $0.rms < $1.rms : $0.number < $1.number }
  }

  /// Keeps the first rows in an order, whatever the order in which they come.
  private static func keep(_ row: Row, in rows: inout [Row], isBefore: (Row, Row) -> Bool) {
    if rows.count == RowFigures.keptOutliers {
      guard let last = rows.last, isBefore(row, last) else { return }
      rows.removeLast()
    }
    rows.insert(row, at: rows.firstIndex { isBefore(row, $0) } ?? rows.endIndex)
  }

  /// Takes over what another has seen, which is then empty.
  mutating func take(_ other: inout RowSizes) {
    if other.count == 0 { return }
    classes.take(&other.classes)
    for row in other.largest {
      Self.keep(row, in: &largest) { $0.rms != $1.rms ? $0.rms > $1.rms : $0.number < $1.number }
    }
    for row in other.smallest {
      Self.keep(row, in: &smallest) { $0.rms != $1.rms ? $0.rms < $1.rms : $0.number < $1.number }
    }
    zeroRows += other.zeroRows
    notFiniteRows += other.notFiniteRows
    count += other.count
    other.clear()
  }

  mutating func removeAll() {
    classes.removeAll()
    clear()
  }

  private mutating func clear() {
    (largest, smallest, zeroRows, notFiniteRows, count) = ([], [], 0, 0, 0)
  }

  private static func classOf(_ rms: Double) -> Int {
    Int(min(Float(rms), .greatestFiniteMagnitude).bitPattern >> shift)
  }

  private static func middle(ofClass number: Int) -> Double {
    let (low, high) = (UInt32(number) << shift, UInt32(number + 1) << shift)
    return Double(Float(bitPattern: low)) / 2 + Double(min(Float(bitPattern: high), .greatestFiniteMagnitude)) / 2
  }

  /// The figures, without the largest magnitudes of outliers; nil where there is no row.
  var figures: RowFigures? {
    guard count > 0 else { return nil }
    guard let middleClass = classes.quantile(0.5, from: 0) else {
      return RowFigures(
        count: count, zeroRows: zeroRows, notFiniteRows: notFiniteRows, medianRMS: 0, deviation: 0, outlierCount: 0,
        outliers: [])
    }
    let median = Self.middle(ofClass: middleClass)
    // By distance from the median: classes on both sides of it.
    let distances = classes.range.filter { classes[$0] > 0 }
      .map { (octaves: abs(log2(Self.middle(ofClass: $0) / median)), rows: classes[$0]) }
      .sorted { $0.octaves < $1.octaves }
    let total = distances.reduce(0) { $0 + $1.rows }
    var before = 0
    let deviation =
      distances.first {
        before += $0.rows
        return before * 2 >= total
      }?.octaves ?? 0
    let limit = count < Self.fewestRows ? .infinity : max(Self.leastOctaves, Self.deviations * deviation)
    let outlierCount = distances.reduce(0) { $1.octaves > limit ? $0 + $1.rows : $0 }
    // A row in which the smallest is the largest is there once.
    let known = Dictionary((largest + smallest).map { ($0.number, $0) }) { first, _ in first }.values
    let outliers = known.filter { abs(log2(Self.middle(ofClass: Self.classOf($0.rms)) / median)) > limit }
      .map { RowFigures.Outlier(row: $0.number, rms: $0.rms, octaves: log2($0.rms / median), largestMagnitude: 0) }
      .sorted { abs($0.octaves) != abs($1.octaves) ? abs($0.octaves) > abs($1.octaves) : $0.row < $1.row }
    return RowFigures(
      count: count, zeroRows: zeroRows, notFiniteRows: notFiniteRows, medianRMS: median, deviation: deviation,
      outlierCount: outlierCount, outliers: Array(outliers.prefix(RowFigures.keptOutliers)))
  }
}
