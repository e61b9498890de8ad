/// How much of what a layer puts out its quantized weights change, over all that the Hessian was taken from: sums of
/// e H e^T over the rows, without damping, for e the weights, and their errors. Never negative.
public struct OutputErrorSums: Sendable, Hashable {
  /// Of the weights: the output itself.
  public var signal: Double = 0
  /// Of the errors that are left with every weight quantized for itself, as the method `search` does it.
  public var unaided: Double = 0
  /// Of the errors that are left.
  public var error: Double = 0

  public init() {}

  /// The root mean square of the output's error in relation to that of the output; 0 where there is no output.
  public var relative: Double { signal > 0 ? (error / signal).squareRoot() : 0 }
  /// The same without feedback.
  public var relativeUnaided: Double { signal > 0 ? (unaided / signal).squareRoot() : 0 }

  mutating func add(_ other: OutputErrorSums) {
    signal += other.signal
    unaided += other.unaided
    error += other.error
  }
}
