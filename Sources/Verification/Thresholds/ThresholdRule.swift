public import TensorCore

/// One limit for one figure of some tensors, or of the whole file.
public struct ThresholdRule {
  /// Whose figure it is.
  public enum Selector {
    case everyTensor
    case type(ElementType)
    /// Tensors whose names in the file match a regular expression.
    case names(pattern: String, matches: (String) -> Bool)
    case wholeFile

    /// What stands before the metric.
    var prefix: String {
      switch self {
      case .everyTensor: ""
      case .type(let type): type.name + ":"
      case .names(let pattern, _): "/\(pattern)/:"
      case .wholeFile: "model:"
      }
    }

    func includes(_ tensor: VerificationReport.Tensor) -> Bool {
      switch self {
      case .everyTensor: true
      case .type(let type): tensor.type == type.name
      case .names(_, let matches): matches(tensor.name)
      case .wholeFile: false
      }
    }
  }

  public let selector: Selector
  public let metric: ThresholdMetric
  /// Finite, at least 0.
  public let limit: Double
  /// As the user wrote it.
  let limitText: String

  init(selector: Selector, metric: ThresholdMetric, limit: Double, limitText: String) {
    self.selector = selector
    self.metric = metric
    self.limit = limit
    self.limitText = limitText
  }

  /// The rule as a user would write it: `Q4_K:relative=0.1`.
  public var text: String { "\(selector.prefix)\(metric.rawValue)=\(limitText)".printable }

  /// Whether a figure is not what the rule allows; one that is not a number never is.
  public func isBroken(by value: Double) -> Bool { metric.failsBelow ? !(value >= limit) : !(value <= limit) }

  /// One sentence about a figure that breaks the rule: "relative RMSE 0.153 is above 0.1 (Q4_K:relative=0.1)".
  func offence(_ value: Double) -> String {
    if value.isNaN { return "\(metric.label) is not a number (\(text))" }
    return "\(metric.label) \(FigureText.text(value, toldFrom: limit))\(value.isFinite ? metric.unit : "") is "
      + "\(metric.failsBelow ? "below" : "above") \(limitText)\(metric.unit) (\(text))"
  }
}
