/// A figure that may have a limit, under the name that it has in a rule.
public enum ThresholdMetric: String, CaseIterable, Sendable {
  /// In units of the weights.
  case rmse
  /// The error relative to the tensor's own root mean square.
  case relative
  case nmse
  /// In decibels. Large is good.
  case sqnr
  /// Large is good.
  case cosine
  /// In units of the weights.
  case mean
  case max
  /// Quantiles of the errors, relative to the tensor's own root mean square.
  case p50
  case p99
  case p999
  /// The relative RMSE over that of the type on Gaussian weights.
  case ratio
  /// The relative RMSE of the worst row.
  case row
  /// The relative RMSE of the products with activations.
  case product

  /// Whether a figure breaks its limit by being below it.
  public var failsBelow: Bool { self == .sqnr || self == .cosine }

  /// What the figure is called in sentences.
  var label: String {
    switch self {
    case .rmse: "RMSE"
    case .relative: "relative RMSE"
    case .nmse: "NMSE"
    case .sqnr: "SQNR"
    case .cosine: "cosine"
    case .mean: "mean error"
    case .max: "largest error"
    case .p50: "p50 of the errors"
    case .p99: "p99 of the errors"
    case .p999: "p99.9 of the errors"
    case .ratio: "ratio to the usual loss"
    case .row: "relative RMSE of the worst row"
    case .product: "relative RMSE of products"
    }
  }

  var unit: String { self == .sqnr ? " dB" : "" }

  /// Whether the whole file has the figure, and not only each tensor.
  var isOfWholeFile: Bool {
    switch self {
    case .rmse, .relative, .nmse, .sqnr, .cosine, .mean, .max: true
    case .p50, .p99, .p999, .ratio, .row, .product: false
    }
  }

  /// The figure of a tensor; nil where it has none.
  func value(of tensor: VerificationReport.Tensor) -> Double? {
    switch self {
    case .p50: tensor.figures?.quantiles?.p50
    case .p99: tensor.figures?.quantiles?.p99
    case .p999: tensor.figures?.quantiles?.p999
    case .ratio: tensor.usual?.ratio
    // No row is the worst where nothing was lost.
    case .row: tensor.figures.map { $0.worstRow?.relativeRMSE ?? 0 }
    case .product: tensor.product?.relativeRMSE
    case .rmse, .relative, .nmse, .sqnr, .cosine, .mean, .max: tensor.figures.flatMap(value(of:))
    }
  }

  /// The figure of several tensors together; nil where they have none.
  func value(of figures: ErrorFigures) -> Double? {
    switch self {
    case .rmse: figures.rmse
    case .relative: figures.relativeRMSE
    case .nmse: figures.nmse
    case .sqnr: figures.sqnr
    case .cosine: figures.cosine
    case .mean: figures.meanError
    case .max: figures.maximumError
    case .p50, .p99, .p999, .ratio, .row, .product: nil
    }
  }
}
