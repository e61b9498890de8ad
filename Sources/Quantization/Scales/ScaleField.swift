public import TensorCore

/// Where a number stands in a block that all or some of its weights share: a scale, or a min. The layouts are those of the
/// decoders, and of ggml's `ggml-common.h` where there is none.
public struct ScaleField: Sendable, Hashable {
  /// How such a number is stored.
  public enum Encoding: String, Sendable, Hashable {
    /// IEEE 754 half precision, little-endian.
    case binary16
    /// A power of two: 2^(bits - 127); 0xFF is NaN.
    case e8m0 = "E8M0"
    /// An 8-bit float whose sign is ignored, as NVFP4 has it.
    case ue4m3 = "UE4M3"
  }

  public let encoding: Encoding
  /// Of the first number, in bytes from the start of the block.
  public let offset: Int
  /// How many stand one behind the other.
  public let count: Int

  init(_ encoding: Encoding, at offset: Int, count: Int = 1) {
    self.encoding = encoding
    self.offset = offset
    self.count = count
  }
}

extension ScaleField.Encoding {
  /// How many patterns of bits there are.
  public var patternCount: Int { self == .binary16 ? 1 << 16 : 1 << 8 }

  public func value(ofPattern pattern: Int) -> Float {
    switch self {
    case .binary16: Binary16.value(UInt16(truncatingIfNeeded: pattern))
    case .e8m0: Float8.e8m0(UInt8(truncatingIfNeeded: pattern))
    case .ue4m3: NVFP4Codec.halfScale(UInt8(truncatingIfNeeded: pattern)) * 2
    }
  }

  /// The smallest number that has its full precision.
  public var leastNormal: Float {
    switch self {
    case .binary16: 0x1p-14
    case .e8m0: 0x1p-127
    case .ue4m3: 0x1p-6
    }
  }

  /// The largest number that a quantizer writes.
  public var greatestFinite: Float {
    switch self {
    case .binary16: Binary16.greatestFinite
    case .e8m0: 0x1p127
    case .ue4m3: 448
    }
  }
}

extension ElementType {
  /// The scales of a block; nil where the type has none, or none that stands by itself (IQ1_M), and for Q8_K, whose scale
  /// is binary32.
  public var scaleField: ScaleField? {
    switch self {
    case .q4_0, .q4_1, .q5_0, .q5_1, .q8_0, .q8_1, .q4_K, .q5_K, .iq4_nl, .iq4_xs, .q1_0, .q2_0, .nf4, .iq1_s, .iq2_xxs,
      .iq2_xs, .iq2_s, .iq3_xxs, .iq3_s:
      ScaleField(.binary16, at: 0)
    case .q2_K: ScaleField(.binary16, at: 80)
    case .q3_K: ScaleField(.binary16, at: 108)
    case .q6_K: ScaleField(.binary16, at: 208)
    case .tq1_0: ScaleField(.binary16, at: 52)
    case .tq2_0: ScaleField(.binary16, at: 64)
    case .mxfp4: ScaleField(.e8m0, at: 0)
    case .nvfp4: ScaleField(.ue4m3, at: 0, count: 4)
    default: nil
    }
  }

  /// What is added to all weights of a block (Q4_1, Q5_1), or what the mins of its sub-blocks count in (Q2_K, Q4_K, Q5_K).
  public var minField: ScaleField? {
    switch self {
    case .q4_1, .q5_1, .q4_K, .q5_K: ScaleField(.binary16, at: 2)
    case .q2_K: ScaleField(.binary16, at: 82)
    default: nil
    }
  }
}
