public import Kernels

/// What weights lost when they were quantized: the sums from which the figures follow.
///
/// The sums of two stretches of a tensor add up to those of both; added in a fixed order, they are the same to the last
/// bit however the work was shared out.
public struct RoundTripError: Sendable, Hashable {
  /// Weights compared.
  public private(set) var count = 0
  /// The sum of (decoded - original)^2.
  public private(set) var squaredError: Double = 0
  /// The sum of original^2.
  public private(set) var squaredSignal: Double = 0
  /// The largest |decoded - original|.
  public private(set) var maximumError: Double = 0

  public init() {}

  /// Compares weights with what their blocks decode to; both spans have the same length.
  ///
  /// The figures are the same to the last bit with every set of kernels.
  public init(original: Span<Float>, decoded: Span<Float>, kernels: KernelSet = .fastest) {
    (squaredError, squaredSignal, maximumError) = kernels.measure(original: original, decoded: decoded)
    count = original.count
  }

  /// Adds what another stretch of weights lost.
  public mutating func add(_ other: RoundTripError) {
    count += other.count
    squaredError += other.squaredError
    squaredSignal += other.squaredSignal
    maximumError = max(maximumError, other.maximumError)
  }

  /// Whether all weights and what they decode to are finite.
  public var isFinite: Bool { squaredError.isFinite }

  /// The root of the mean squared error, in units of the weights; 0 for no weights.
  public var rmse: Double { count == 0 ? 0 : (squaredError / Double(count)).squareRoot() }

  /// The root mean squared error relative to the weights' own root mean square; 0 where nothing was lost, infinite
  /// where all weights are zero and their blocks are not.
  public var relativeRMSE: Double {
    squaredError == 0 ? 0 : (squaredError / squaredSignal).squareRoot()
  }
}
