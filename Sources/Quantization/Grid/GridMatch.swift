/// Whether weights are what blocks of a type decode to.
public enum GridMatch: Int, Sendable, Hashable, Comparable {
  /// No block decodes to them.
  case none
  /// A block decodes to the same numbers; zeros of the other sign are among them.
  ///
  /// A block has one sign for all its zeros, that of its scale, and a checkpoint may have both: what rounds -0.3 to an
  /// integer and scales it gets -0.0.
  case equal
  /// A block decodes to the same bits.
  case identical

  public static func < (left: GridMatch, right: GridMatch) -> Bool { left.rawValue < right.rawValue }

  /// Of one weight.
  init(_ weight: Float, _ decoded: Float) {
    self = weight.bitPattern == decoded.bitPattern ? .identical : weight == decoded ? .equal : .none
  }

  /// The least of the matches of all weights; both have as many.
  ///
  /// - Parameters:
  ///   - weights: As a checkpoint has them.
  ///   - decoded: What a block decodes to, in binary32.
  ///   - precision: What the checkpoint stores weights in.
  public init(_ weights: Span<Float>, decoded: Span<Float>, storedAs precision: WeightPrecision) {
    self = .identical
    for index in 0..<weights.count {
      self = min(self, GridMatch(weights[index], precision.stored(decoded[index])))
      if self == .none { return }
    }
  }

  /// The best that weights can be: those with zeros of both signs are the bits of no block that has another weight, unless
  /// these zeros are weights too small for a half.
  public static func greatest(for weights: Span<Float>, storedAs precision: WeightPrecision) -> GridMatch {
    guard precision != .f16 else { return .identical }
    var (positive, negative, others) = (false, false, false)
    for index in 0..<weights.count {
      switch weights[index] {
      case 0 where weights[index].sign == .minus: negative = true
      case 0: positive = true
      default: others = true
      }
    }
    return positive && negative && others ? .equal : .identical
  }
}
