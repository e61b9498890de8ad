/// How large the rows of a tensor are, and which of them are far from the others.
public struct RowFigures: Sendable, Hashable, Encodable {
  public struct Outlier: Sendable, Hashable, Encodable {
    /// The number of the row, from 0.
    public let row: Int
    /// Its root mean square.
    public let rms: Double
    /// log2(rms / ``RowFigures/medianRMS``).
    public let octaves: Double
    /// The largest magnitude in it.
    public internal(set) var largestMagnitude: Double
  }

  public let count: Int
  /// Rows in which every weight is zero; the figures below are of the others.
  public let zeroRows: Int
  /// Rows with a weight that is not finite, which are not among the others either.
  public let notFiniteRows: Int
  /// The median of the rows' root mean squares, to 0.8 %; 0 where there is no row.
  public let medianRMS: Double
  /// The median of |log2(rms / ``medianRMS``)|, in octaves.
  public let deviation: Double
  /// How many rows are outliers: further than 1 octave and than 8 x ``deviation`` from the median, of 32 rows and more.
  public let outlierCount: Int
  /// The outliers, the furthest first; at most ``keptOutliers``.
  public internal(set) var outliers: [Outlier]

  public static let keptOutliers = 20
}
