/// The bits of a float, apart.
public struct FloatParts: Sendable {
  public enum Kind: String, Sendable, Encodable {
    case zero, subnormal, normal, infinite, nan
  }

  /// How many bits each part has.
  public struct Layout: Sendable {
    /// 0 or 1.
    public let signBits: Int
    public let exponentBits: Int
    public let fractionBits: Int
    public let bias: Int
    /// Whether there are subnormal numbers and zeros.
    let hasSubnormals: Bool
    /// Whether the highest exponent stands for infinities and NaN, as in IEEE 754; else only the bits of all ones are NaN.
    let hasInfinities: Bool
  }

  public let layout: Layout
  /// 1 for a negative number.
  public let sign: Int
  /// As it is stored: with the bias.
  public let exponent: Int
  public let fraction: UInt64
  public let kind: Kind

  init(bits: UInt64, _ layout: Layout) {
    self.layout = layout
    fraction = bits & (1 << UInt64(layout.fractionBits) - 1)
    let highest = 1 << layout.exponentBits - 1
    exponent = Int(bits >> UInt64(layout.fractionBits)) & highest
    sign = Int(bits >> UInt64(layout.fractionBits + layout.exponentBits)) & layout.signBits
    kind =
      if exponent == 0 && layout.hasSubnormals {
        fraction == 0 ? .zero : .subnormal
      } else if exponent < highest {
        .normal
      } else if layout.hasInfinities {
        fraction == 0 ? .infinite : .nan
      } else {
        fraction == 1 << UInt64(layout.fractionBits) - 1 ? .nan : .normal
      }
  }

  /// What the parts stand for; nil where that is no number.
  var formula: String? {
    let sign = layout.signBits == 0 ? "" : "(-1)^sign * "
    let one = layout.fractionBits == 0 ? "" : " * (1 + fraction / 2^\(layout.fractionBits))"
    return switch kind {
    case .normal: "weight = \(sign)2^(exponent - \(layout.bias))\(one)"
    case .subnormal, .zero: "weight = \(sign)2^(1 - \(layout.bias)) * (fraction / 2^\(layout.fractionBits))"
    case .infinite, .nan: nil
    }
  }
}

extension FloatParts.Layout {
  /// IEEE 754, and those made after its model.
  static func ieee(exponentBits: Int, fractionBits: Int) -> Self {
    Self(
      signBits: 1, exponentBits: exponentBits, fractionBits: fractionBits, bias: 1 << (exponentBits - 1) - 1,
      hasSubnormals: true, hasInfinities: true)
  }
}
