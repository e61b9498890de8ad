internal import TensorCore

/// What is wrong with a rule.
public enum ThresholdError: Error, Hashable, CustomStringConvertible {
  case noCondition(String)
  case emptySelector(String)
  /// `/` at the start, and no `/:`.
  case openPattern(String)
  case invalidPattern(reason: String)
  case unknownType(String)
  case unknownMetric(String)
  case notOfWholeFile(ThresholdMetric)
  case notANumber(ThresholdMetric, String)
  case negative(ThresholdMetric, String)
  /// No cosine is above 1.
  case cosineAboveOne(String)
  case notText
  case tooLarge(limit: Int)

  public var description: String {
    switch self {
    case .noCondition(let text): "expected [SELECTOR:]METRIC=VALUE[,METRIC=VALUE...], found \(text.quoted())"
    case .emptySelector(let text):
      "the selector of \(text.quoted()) is empty; it is a type, /REGEX/ or model, or leave out the colon"
    case .openPattern(let text): "the pattern of \(text.quoted()) does not end; it is written /REGEX/:METRIC=VALUE"
    case .invalidPattern(let reason): reason
    case .unknownType(let name):
      "there is no type \(name.quoted())" + Self.advice(name, Self.selectors, "a selector is a type, /REGEX/ or model")
    case .unknownMetric(let name) where name.contains(":"):
      "a rule has one selector, before its first metric; make a rule of its own of what begins with \(name.quoted())"
    case .unknownMetric(let name):
      "there is no metric \(name.quoted())"
        + Self.advice(name, Self.metrics, "the metrics are \(Self.metrics.joined(separator: ", "))")
    case .notOfWholeFile(let metric):
      "the whole file has no \(metric.rawValue), only its tensors; leave out model:"
    case .notANumber(let metric, let text): "\(metric.rawValue) takes a number, found \(text.quoted())"
    case .negative(let metric, let text): "\(metric.rawValue) takes a number from 0 up, found \(text.quoted())"
    case .cosineAboveOne(let text): "cosine takes a number from 0 to 1, found \(text.quoted())"
    case .notText: "is not UTF-8 text"
    case .tooLarge(let limit): "is longer than \(limit) bytes, the limit for rules"
    }
  }

  private static let metrics = ThresholdMetric.allCases.map(\.rawValue)

  private static let selectors = ElementType.allCases.map(\.name) + ["model"]

  /// What to write instead: `; did you mean rmse? The metrics are ...`, or `; the metrics are ...` where no name is near.
  private static func advice(_ name: String, _ names: [String], _ sentence: String) -> String {
    guard let near = Spelling.nearest(to: name, among: names) else { return "; " + sentence }
    return "; did you mean \(near)? " + sentence.prefix(1).uppercased() + sentence.dropFirst()
  }
}
