/// Which range of weights the codes of a block are spread over. formats/ranges.md.
public enum RangeSelection: Sendable, Hashable {
  /// From the smallest to the largest weight of the block: nothing is clipped.
  case minMax
  /// That, cut to a percentile of the weights of the block's row.
  case percentile(Percentile)
  /// That, shrunk by the factor that leaves the least squared error: `mse`.
  case leastError
  /// That, cut to the magnitude that leaves the least Kullback-Leibler divergence between the histogram of the row's
  /// magnitudes and its quantized form.
  case entropy

  /// What a user and a file call it.
  public var name: String {
    switch self {
    case .minMax: "minmax"
    case .percentile: "percentile"
    case .leastError: "mse"
    case .entropy: "entropy"
    }
  }

  /// Whether a block depends on all weights of its row.
  public var readsRows: Bool {
    switch self {
    case .minMax, .leastError: false
    case .percentile, .entropy: true
    }
  }
}

/// A percentile: more than 50 and at most 100.
public struct Percentile: Sendable, Hashable {
  public let value: Float

  /// - Parameter value: nil is returned for what is no percentile, NaN among it.
  public init?(_ value: Float) {
    guard value > 50 && value <= 100 else { return nil }
    self.value = value
  }

  private init(usual value: Float) { self.value = value }

  /// What is taken where nothing is said.
  public static let usual = Percentile(usual: 99.9)
}
