internal import TensorCore

extension ThresholdRule {
  /// Parses `[SELECTOR:]METRIC=VALUE[,METRIC=VALUE...]`: one rule for each metric. SELECTOR is the name of a type,
  /// `/REGEX/`, or `model`; blanks around its parts do not count.
  ///
  /// The pattern ends at the last `/:`, so it may have both characters in it.
  ///
  /// - Parameter pattern: Makes a matcher of a regular expression; its error's description is shown to the user.
  public static func parse(
    _ text: String, pattern: (String) throws -> (String) -> Bool
  ) throws(ThresholdError) -> [ThresholdRule] {
    let whole = text.trimmed
    let (selector, conditions) = try split(whole, pattern)
    var rules: [ThresholdRule] = []
    for condition in conditions.split(separator: ",", omittingEmptySubsequences: false) {
      rules.append(try rule(selector, condition.trimmed, whole))
    }
    return rules
  }

  private static func split(
    _ text: Substring, _ pattern: (String) throws -> (String) -> Bool
  ) throws(ThresholdError) -> (Selector, Substring) {
    if text.hasPrefix("/") {
      let inner = text.dropFirst()
      guard let end = inner.lastSlashBeforeColon else { throw .openPattern(String(text)) }
      let (regex, rest) = (String(inner[..<end.slash]), inner[inner.index(after: end.colon)...])
      guard !regex.isEmpty else { throw .emptySelector(String(text)) }
      do {
        return (.names(pattern: regex, matches: try pattern(regex)), rest)
      } catch {
        throw .invalidPattern(reason: String(describing: error))
      }
    }
    let head = text.prefix { $0 != "=" }
    guard let colon = head.firstIndex(of: ":") else { return (.everyTensor, text) }
    let (name, rest) = (String(head[..<colon].trimmed), text[text.index(after: colon)...])
    if name.isEmpty { throw .emptySelector(String(text)) }
    if name.lowercased() == "model" { return (.wholeFile, rest) }
    guard let type = ElementType(named: name) else { throw .unknownType(name) }
    return (.type(type), rest)
  }

  /// `METRIC=VALUE`.
  private static func rule(
    _ selector: Selector, _ condition: Substring, _ whole: Substring
  ) throws(ThresholdError) -> ThresholdRule {
    guard let equals = condition.firstIndex(of: "=") else { throw .noCondition(String(whole)) }
    let name = String(condition[..<equals].trimmed)
    let value = String(condition[condition.index(after: equals)...].trimmed)
    if name.isEmpty { throw .noCondition(String(whole)) }
    guard let metric = ThresholdMetric(rawValue: name.lowercased()) else { throw .unknownMetric(name) }
    if case .wholeFile = selector, !metric.isOfWholeFile { throw .notOfWholeFile(metric) }
    return ThresholdRule(selector: selector, metric: metric, limit: try limit(of: metric, value), limitText: value)
  }

  private static func limit(of metric: ThresholdMetric, _ text: String) throws(ThresholdError) -> Double {
    // Decimal numbers only, and none of the names and hexadecimal digits that Double takes.
    let isDecimal = text.utf8.allSatisfy { (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }
    guard isDecimal, let value = Double(text), value.isFinite else { throw .notANumber(metric, text) }
    if value.sign == .minus { throw .negative(metric, text) }
    if metric == .cosine && value > 1 { throw .cosineAboveOne(text) }
    return value
  }
}

extension Substring {
  fileprivate var trimmed: Substring {
    var rest = drop(while: \.isWhitespace)
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return rest
  }

  /// Where the last `/:` stands.
  fileprivate var lastSlashBeforeColon: (slash: Index, colon: Index)? {
    var rest = self
    while let colon = rest.lastIndex(of: ":") {
      rest = rest[..<colon]
      if rest.last == "/" { return (rest.index(before: rest.endIndex), colon) }
    }
    return nil
  }
}

extension String {
  fileprivate var trimmed: Substring { self[...].trimmed }
}
