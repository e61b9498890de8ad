#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Integers, each with how often it is there: the codes of a tensor, its sub-scales, the exponents of its floats.
public struct IntegerHistogram: Sendable, Hashable, Encodable {
  /// All integers that could be there, ascending.
  public let values: [Int]
  /// How often each is there.
  public internal(set) var counts: [Int]

  init(values: [Int], counts: [Int]) {
    self.values = values
    self.counts = counts
  }

  /// How many there are.
  public var total: Int { counts.reduce(0, +) }
  /// How many of the integers are there at least once.
  public var used: Int { counts.count { $0 > 0 } }

  /// The entropy in bits: what a code would take at least on average; 0 where only one is there.
  public var entropy: Double {
    let total = Double(total)
    if total == 0 { return 0 }
    let sum = counts.reduce(0.0) { sum, count in
      count == 0 ? sum : sum - Double(count) / total * log2(Double(count) / total)
    }
    return max(0, sum)
  }

  /// The bits that so many integers can tell apart: log2 of how many there are.
  public var availableBits: Double { values.isEmpty ? 0 : log2(Double(values.count)) }

  private enum CodingKeys: String, CodingKey {
    case values, counts, used, available, entropy, availableBits
  }

  /// Only the integers that are there, and how many there could be.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    let found = zip(values, counts).filter { $0.1 > 0 }
    try container.encode(found.map(\.0), forKey: .values)
    try container.encode(found.map(\.1), forKey: .counts)
    try container.encode(used, forKey: .used)
    try container.encode(values.count, forKey: .available)
    try container.encode(entropy, forKey: .entropy)
    try container.encode(availableBits, forKey: .availableBits)
  }
}

/// The codes that a tensor's weights are stored as, or the exponents where its type is a float.
public struct CodeFigures: Sendable, Hashable, Encodable {
  public enum Kind: String, Sendable, Encodable {
    /// The integers that a block's codes name.
    case codes
    /// The exponent fields of floats.
    case exponents
  }

  public let kind: Kind
  public let histogram: IntegerHistogram
  /// Of so many weights one was counted: 1 or 4.
  public let countedOneIn: Int
  /// Weights with the lowest or the highest code that a quantizer writes, of all weights; nil for floats.
  public let saturated: Int?
  /// Their share of all weights, 0 to 1.
  public let saturatedShare: Double?
}
