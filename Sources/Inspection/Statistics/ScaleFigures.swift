/// One number that every block has, or every part of a block: its scale, or its min.
public struct ScaleFigures: Sendable, Hashable, Encodable {
  /// How it is stored: `binary16`, `E8M0`, `UE4M3`.
  public let encoding: String
  /// Numbers of all blocks; those below count for themselves.
  public let count: Int
  /// +0 and -0.
  public let zeros: Int
  /// -0 alone: what quantizers to Q4_0 and Q5_0 write for a block of zeros.
  public let negativeZeros: Int
  /// Below zero.
  public let negative: Int
  /// Nearer to zero than the smallest normal number, where precision is lost.
  public let subnormal: Int
  /// At the largest finite magnitude (65504 in binary16), where a quantizer may have been cut off.
  public let largest: Int
  public let infinite: Int
  public let notANumber: Int
  /// Of the finite ones; 0 where there is none.
  public let minimum: Double
  public let maximum: Double
  public let mean: Double
  public let meanMagnitude: Double
  /// The smallest magnitude that is not zero, and the largest; 0 where there is none.
  public let smallestMagnitude: Double
  public let largestMagnitude: Double
  /// The magnitudes that are finite and not zero.
  public let magnitudes: MagnitudeHistogram
}

/// Magnitudes by size: four classes for each power of two.
///
/// Class k begins at 2^floor(k / 4) x (1 + (k mod 4) / 4).
public struct MagnitudeHistogram: Sendable, Hashable, Encodable {
  /// The number of the first class, of ``counts``' first element.
  public private(set) var first = 0
  /// Neither the first nor the last is zero.
  public private(set) var counts: [Int] = []

  public init() {}

  /// The number of the class of a magnitude, finite and not zero.
  public static func classOf(_ magnitude: Double) -> Int {
    Int(magnitude.exponent) * 4 + Int((magnitude.significand - 1) * 4)
  }

  /// The smallest magnitude of a class: -4296 (2^-1074) to 4095.
  public static func lowerBound(ofClass number: Int) -> Double {
    let octave = Int((Double(number) / 4).rounded(.down))
    return Double(sign: .plus, exponent: octave, significand: 1 + Double(number - octave * 4) / 4)
  }

  /// - Parameter magnitude: Finite and not zero.
  mutating func add(_ magnitude: Double, count: Int = 1) {
    guard count > 0 else { return }
    add(count, toClass: Self.classOf(magnitude))
  }

  public mutating func add(_ other: MagnitudeHistogram) {
    for (index, count) in other.counts.enumerated() where count > 0 { add(count, toClass: other.first + index) }
  }

  private mutating func add(_ count: Int, toClass number: Int) {
    if counts.isEmpty {
      (first, counts) = (number, [count])
    } else if number < first {
      counts = [count] + Array(repeating: 0, count: first - number - 1) + counts
      first = number
    } else {
      if number - first >= counts.count {
        counts += Array(repeating: 0, count: number - first - counts.count + 1)
      }
      counts[number - first] += count
    }
  }
}
