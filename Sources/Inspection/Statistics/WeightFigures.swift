/// What the weights of a tensor are, as they decode. formats/statistics.md.
public struct WeightFigures: Sendable, Hashable, Encodable {
  /// Finite weights; the other figures but the last two are of these.
  public let count: Int
  /// The smallest and the largest weight; 0 where there is none.
  public let minimum: Double
  public let maximum: Double
  public let mean: Double
  /// The root mean square.
  public let rms: Double
  public let standardDeviation: Double
  /// Weights that are zero, of either sign.
  public let zeros: Int
  /// Weights that are not a number.
  public let notANumber: Int
  /// Weights that are infinite.
  public let infinite: Int

  /// The largest magnitude.
  public var largestMagnitude: Double { max(abs(minimum), abs(maximum)) }

  /// The share of ``zeros`` among the finite weights, 0 to 1: the sparsity.
  public var zeroShare: Double { count == 0 ? 0 : Double(zeros) / Double(count) }
}
