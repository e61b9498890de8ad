public import Kernels

/// How many errors of a tensor are of which size.
///
/// An error is |decoded - original| as a binary32 number. A class holds the errors whose exponent and first six fraction
/// bits are the same, 64 for each power of two; what is said of a class is said of its middle, which is within 0.8 % of
/// every error in it. Class 0 is that of errors of 0 (and of subnormal ones below 2^-132).
public struct ErrorHistogram: Sendable {
  /// Errors of each class.
  private var counts = [UInt64](repeating: 0, count: ErrorCounts.classCount)
  /// The classes besides 0 that may have errors.
  private var range = ErrorCounts.classCount..<ErrorCounts.classCount
  private var total: UInt64 = 0

  public init() {}

  /// Takes over what a thread has counted.
  public mutating func add(_ counts: inout ErrorCounts) {
    if let classes = counts.classes {
      range = min(range.lowerBound, classes.lowerBound)..<max(range.isEmpty ? 0 : range.upperBound, classes.upperBound)
    }
    total += counts.drain(into: &self.counts)
  }

  /// The errors that shares of all errors do not exceed: for each share the middle of the class in which the error of rank
  /// ceil(share x count) is, counted from 1; 0 for no errors.
  ///
  /// - Parameter shares: Each above 0, at most 1; ascending.
  public func quantiles(_ shares: [Double]) -> [Double] {
    var ranks = shares.map { UInt64(($0 * Double(total)).rounded(.up)) }[...]
    var quantiles: [Double] = []
    var before: UInt64 = 0
    forEachClass { middle, count in
      before += count
      while let rank = ranks.first, rank <= before {
        quantiles.append(middle)
        ranks.removeFirst()
      }
    }
    return quantiles + ranks.map { _ in 0 }
  }

  /// Halfway between the smallest error of a class and that of the next.
  static func middle(ofClass index: Int) -> Double {
    if index == 0 { return 0 }
    let smallest = Float(bitPattern: UInt32(index) << UInt32(ErrorCounts.shift))
    let next = Float(bitPattern: UInt32(index + 1) << UInt32(ErrorCounts.shift))
    return next.isFinite ? (Double(smallest) + Double(next)) / 2 : .infinity
  }

  /// Calls `body` for each class that has errors, from the smallest: its middle, and how many.
  func forEachClass(_ body: (Double, UInt64) -> Void) {
    if counts[0] > 0 { body(0, counts[0]) }
    for index in range where counts[index] > 0 { body(Self.middle(ofClass: index), counts[index]) }
  }

  /// Forgets all errors and keeps the memory.
  public mutating func removeAll() {
    counts[0] = 0
    for index in range { counts[index] = 0 }
    range = ErrorCounts.classCount..<ErrorCounts.classCount
    total = 0
  }
}
