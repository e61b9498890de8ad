public import TensorCore

/// TQ1_0: 256 ternary weights, five to a byte. formats/ternary.md.
///
///     0    qs   48 bytes: 32 for weights 0-159 (byte m: m, m + 32, ... m + 128), 16 for weights 160-239
///               (byte m: 160 + m, 160 + m + 16, ... 160 + m + 64)
///     48   qh   4 bytes: weights 240-255 (byte m: 240 + m, 240 + m + 4, ... 240 + m + 12), the fifth digit zero
///     52   d    binary16; weight = d * (digit - 1)
///
/// A byte is ceil(q x 256 / 243), where q has the digits in base 3, the first in the highest place: multiplying the
/// byte by 3^n and taking what leaves the byte gives digit n.
public enum TQ1_0Codec: BlockCodec {
  public static let elementType = ElementType.tq1_0
  public static let largestMagnitude = Binary16.greatestFinite

  /// Where groups of bytes stand, and the weights that they hold.
  private struct Group {
    let byte: Int
    let bytes: Int
    let weight: Int
    let digits: Int
  }
  private static let groups = [
    Group(byte: 0, bytes: 32, weight: 0, digits: 5),
    Group(byte: 32, bytes: 16, weight: 160, digits: 5),
    Group(byte: 48, bytes: 4, weight: 240, digits: 4),
  ]

  public static func encodeBlock(_ weights: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    let quantizer = TernaryDigit.Quantizer(weights)
    for group in groups {
      for m in 0..<group.bytes {
        var value: Int32 = 0
        for n in 0..<5 {
          value *= 3
          if n < group.digits { value += Int32(quantizer.digit(weights[group.weight + n * group.bytes + m])) }
        }
        // value is at most 242, the result at most 255.
        bytes[offset + group.byte + m] = UInt8(truncatingIfNeeded: (value * 256 + 242) / 243)
      }
    }
    bytes.store(Binary16.bits(quantizer.scale), at: offset + 52)
  }

  public static func decodeBlock(_ block: Span<UInt8>, into weights: inout MutableSpan<Float>, at start: Int) {
    let d = Binary16.value(block.load(UInt16.self, at: 52))
    for group in groups {
      var power: UInt8 = 1
      for n in 0..<group.digits {
        for m in 0..<group.bytes {
          let shifted = block[group.byte + m] &* power
          let digit = (UInt16(shifted) * 3) >> 8
          weights[start + group.weight + n * group.bytes + m] = TernaryDigit.weight(Int32(digit), d)
        }
        power = power &* 3
      }
    }
  }

  public static func isFinite(_ block: Span<UInt8>) -> Bool { Binary16.isFinite(block.load(UInt16.self, at: 52)) }
}
