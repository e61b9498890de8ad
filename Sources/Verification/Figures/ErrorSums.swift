public import Kernels
internal import TensorCore

/// What weights lost when they were quantized: the sums from which the figures follow.
///
/// Stretches that are added in the same order give the same figures to the last bit, however the work was shared out.
public struct ErrorSums: Sendable, Hashable {
  /// Weights compared.
  public private(set) var count = 0
  private var error = CompensatedSum()
  private var signal = CompensatedSum()
  private var decoded = CompensatedSum()
  private var products = CompensatedSum()
  private var absolute = CompensatedSum()
  /// The largest |decoded - original|, in units of the weights.
  public private(set) var maximumError: Double = 0

  public init() {}

  public mutating func add(_ stretch: StretchLoss) {
    count += stretch.count
    error.add(stretch.squaredError)
    signal.add(stretch.squaredSignal)
    decoded.add(stretch.squaredDecoded)
    products.add(stretch.product)
    absolute.add(stretch.absoluteError)
    maximumError = max(maximumError, stretch.largestError)
  }

  public mutating func add(_ other: ErrorSums) {
    count += other.count
    error.add(other.error)
    signal.add(other.signal)
    decoded.add(other.decoded)
    products.add(other.products)
    absolute.add(other.absolute)
    maximumError = max(maximumError, other.maximumError)
  }

  /// Whether all weights and what they decode to are finite.
  public var isFinite: Bool { error.value.isFinite }

  /// The sum of (decoded - original)^2.
  public var squaredError: Double { error.value }

  /// The root mean square of the original weights; 0 for no weights.
  public var rms: Double { root(ofMean: signal.value) }

  /// The root of the mean squared error, in units of the weights; 0 for no weights.
  public var rmse: Double { root(ofMean: error.value) }

  /// The mean of |decoded - original|, in units of the weights; 0 for no weights.
  public var meanError: Double { count == 0 ? 0 : absolute.value / Double(count) }

  /// The squared error relative to the squared weights; 0 where nothing was lost, infinite where all weights are zero and
  /// what they decode to is not.
  public var nmse: Double { error.value == 0 ? 0 : error.value / signal.value }

  /// The root of ``nmse``: the error relative to the weights' own root mean square.
  public var relativeRMSE: Double { nmse.squareRoot() }

  /// The cosine of the angle between the weights and what they decode to, -1 to 1; 1 where nothing was lost, and 0 where
  /// only one of them is all zero.
  public var cosine: Double {
    if error.value == 0 { return 1 }
    let (x, y) = (signal.value, decoded.value)
    if x == 0 || y == 0 { return 0 }
    return max(-1, min(1, products.value / (x.squareRoot() * y.squareRoot())))
  }

  private func root(ofMean sum: Double) -> Double { count == 0 ? 0 : (sum / Double(count)).squareRoot() }
}
