/// Whether all rows of a tensor are equal: a sign that something went wrong when it was made.
public struct RowPattern: Sendable, Hashable {
  /// What stands for the rows; nil where two are known to differ.
  private var fingerprint: UInt64?

  /// Looks at weights that fill whole rows, at least one.
  public init(_ weights: Span<Float>, rowLength: Int) {
    for index in rowLength..<max(rowLength, weights.count)
    where weights[index].bitPattern != weights[index - rowLength].bitPattern {
      return
    }
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for index in 0..<min(rowLength, weights.count) {
      hash = (hash ^ UInt64(weights[index].bitPattern)) &* 0x0000_0100_0000_01B3
      hash ^= hash >> 29
    }
    fingerprint = hash
  }

  /// Rows of which it is not known, taken for different ones.
  public static let unknown = RowPattern()

  private init() {}

  public var areEqual: Bool { fingerprint != nil }

  /// Adds the pattern of more rows.
  public mutating func add(_ other: RowPattern) {
    if fingerprint != other.fingerprint { fingerprint = nil }
  }
}
