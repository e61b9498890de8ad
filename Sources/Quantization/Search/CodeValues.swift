/// What the codes of a type stand for, in units of the scale: the values among which the method `search` finds the
/// nearest. formats/search.md.
struct CodeValues {
  enum Table {
    /// All from `lowest` to `highest`.
    case wholeNumbers
    /// Those of IQ4_NL and IQ4_XS.
    case iq4
    case nf4
  }

  var table = Table.wholeNumbers
  let lowest: Float
  let highest: Float

  static let iq4 = CodeValues(table: .iq4, lowest: -127, highest: 113)
  static let nf4 = CodeValues(table: .nf4, lowest: -1, highest: 1)

  /// The nearest value; of whole numbers, ties to even, and `lowest` for NaN.
  @inline(__always)
  func nearest(_ x: Float) -> Float {
    switch table {
    case .wholeNumbers: wholeNumber(cut(x, lowest, highest))
    case .iq4: NonLinearSearch.values[Int(NonLinearSearch.code(x, NonLinearSearch.values))]
    case .nf4: NF4Codec.table[Int(NF4Codec.code(x))]
    }
  }

  /// The code of that value; whole numbers count from `lowest`.
  @inline(__always)
  func code(_ x: Float) -> UInt8 {
    switch table {
    case .wholeNumbers: UInt8(truncatingIfNeeded: BlockArithmetic.integer(nearest(x) - lowest))
    case .iq4: NonLinearSearch.code(x, NonLinearSearch.values)
    case .nf4: NF4Codec.code(x)
    }
  }

  /// The value that a code stands for.
  @inline(__always)
  func value(of code: UInt8) -> Float {
    switch table {
    case .wholeNumbers: lowest + Float(code)
    case .iq4: NonLinearSearch.values[Int(code)]
    case .nf4: NF4Codec.table[Int(code)]
    }
  }
}

/// `x` between two bounds; the lower one for NaN.
@inline(__always)
func cut(_ x: Float, _ lowest: Float, _ highest: Float) -> Float {
  let atLeast = x > lowest ? x : lowest
  return atLeast < highest ? atLeast : highest
}

/// The nearest whole number, ties to even; for magnitudes up to 2^22.
@inline(__always)
func wholeNumber(_ x: Float) -> Float { x + 12_582_912 - 12_582_912 }
