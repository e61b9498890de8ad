/// All that was measured of one tensor.
public struct TensorMeasurement: Sendable, Hashable {
  public let loss: TensorLoss
  public let quantiles: ErrorFigures.Quantiles
  /// Whether the tensor has several rows, all of the same bits, in the original.
  public let rowsAreEqual: Bool

  public init(loss: TensorLoss, errors: ErrorHistogram, rowsAreEqual: Bool) {
    self.loss = loss
    quantiles = ErrorFigures.Quantiles(errors, rms: loss.sums.rms)
    self.rowsAreEqual = rowsAreEqual
  }
}
