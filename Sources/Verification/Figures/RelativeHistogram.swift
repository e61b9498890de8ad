/// How large errors are in relation to the root mean square of the tensor that they are in: eight classes for each power
/// of two, from 2^-24 up to 2^8.
public struct RelativeHistogram: Sendable, Hashable {
  public static let classesPerOctave = 8
  /// The exponents of two between which errors are told apart.
  public static let octaves = -24..<8

  /// Errors of each class. The first also has all that is smaller (but not 0), the last all that is larger.
  public private(set) var counts = [UInt64](repeating: 0, count: octaves.count * classesPerOctave)
  /// Weights that kept their value.
  public private(set) var zeros: UInt64 = 0

  public init() {}

  /// Adds the errors of a tensor.
  public mutating func add(_ errors: ErrorHistogram, rms: Double) {
    var (counts, zeros) = (self.counts, self.zeros)
    errors.forEachClass { error, count in
      if error == 0 {
        zeros += count
      } else {
        counts[Self.index(error / rms)] += count
      }
    }
    (self.counts, self.zeros) = (counts, zeros)
  }

  /// The class of an error, above 0: the largest number whose lower edge the error reaches.
  private static func index(_ ratio: Double) -> Int {
    guard ratio.isFinite, ratio > 0 else { return octaves.count * classesPerOctave - 1 }
    let exponent = Int(ratio.exponent)
    let eighth = edges.lastIndex { ratio.significand >= $0 } ?? 0
    return max(
      0, min(octaves.count * classesPerOctave - 1, (exponent - octaves.lowerBound) * classesPerOctave + eighth))
  }

  /// 2^(k / 8) for k from 0 to 7.
  private static let edges: [Double] = [
    1, 1.0905077326652577, 1.189207115002721, 1.2968395546510096, 1.4142135623730951, 1.5422108254079407,
    1.681792830507429, 1.8340080864093424,
  ]
}
