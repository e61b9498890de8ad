/// The length of a tensor's dimension, in terms of hyper-parameters.
indirect enum Extent: Sendable {
  case embedding
  case vocabulary
  case feedForward
  case heads, keyValueHeads
  /// Weights of a head.
  case keyLength
  /// Weights of all heads of queries, keys and values.
  case queries, keys, values
  case parameter(String)
  /// The first of them that is there and not 0.
  case first([Extent])
  case constant(Int)
  case sum([Extent])
  case product([Extent])
  case quotient(Extent, Extent)
  case difference(Extent, Extent)

  /// The length in a model; nil where the file does not say it, or says something that no tensor has.
  func length(_ parameters: HyperParameters) -> Int? {
    switch self {
    case .embedding: parameters.value("embedding_length")
    case .vocabulary: parameters.vocabulary
    case .feedForward: parameters.value("feed_forward_length")
    case .heads: parameters.heads
    case .keyValueHeads: parameters.keyValueHeads
    case .keyLength: parameters.keyLength
    case .queries: Self.product(parameters.heads, parameters.keyLength)
    case .keys: Self.product(parameters.keyValueHeads, parameters.keyLength)
    case .values: Self.product(parameters.keyValueHeads, parameters.valueLength)
    case .parameter(let name): parameters.value(name)
    case .first(let extents): extents.lazy.compactMap { $0.length(parameters) }.first { $0 > 0 }
    case .constant(let length): length
    case .sum(let extents): extents.reduce(0) { Self.sum($0, $1.length(parameters)) }
    case .product(let extents): extents.reduce(1) { Self.product($0, $1.length(parameters)) }
    case .quotient(let dividend, let divisor): Self.quotient(dividend.length(parameters), divisor.length(parameters))
    case .difference(let left, let right): Self.difference(left.length(parameters), right.length(parameters))
    }
  }

  private static func sum(_ left: Int?, _ right: Int?) -> Int? {
    guard let left, let right else { return nil }
    let (value, overflow) = left.addingReportingOverflow(right)
    return overflow ? nil : value
  }

  private static func product(_ left: Int?, _ right: Int?) -> Int? {
    guard let left, let right else { return nil }
    let (value, overflow) = left.multipliedReportingOverflow(by: right)
    return overflow ? nil : value
  }

  private static func quotient(_ left: Int?, _ right: Int?) -> Int? {
    guard let left, let right, right > 0 else { return nil }
    return left / right
  }

  /// Lengths are never negative, so that nothing overflows here.
  private static func difference(_ left: Int?, _ right: Int?) -> Int? {
    guard let left, let right, left >= right, right >= 0 else { return nil }
    return left - right
  }
}
