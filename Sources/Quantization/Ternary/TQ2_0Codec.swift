public import TensorCore

/// TQ2_0: 256 ternary weights, two bits a weight. formats/ternary.md.
///
///     0    qs   64 bytes: half h (128 weights) has 32 bytes; byte m holds its weights m, m + 32, m + 64, m + 96,
///               the first in the lowest two bits
///     64   d    binary16; weight = d * (digit - 1)
public enum TQ2_0Codec: BlockCodec {
  public static let elementType = ElementType.tq2_0
  public static let largestMagnitude = Binary16.greatestFinite

  public static func encodeBlock(_ weights: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    let quantizer = TernaryDigit.Quantizer(weights)
    for half in 0..<2 {
      for m in 0..<32 {
        var packed: UInt8 = 0
        for n in 0..<4 {
          let digit = quantizer.digit(weights[half * 128 + n * 32 + m])
          packed |= digit << UInt8(2 * n)
        }
        bytes[offset + half * 32 + m] = packed
      }
    }
    bytes.store(Binary16.bits(quantizer.scale), at: offset + 64)
  }

  public static func decodeBlock(_ block: Span<UInt8>, into weights: inout MutableSpan<Float>, at start: Int) {
    let d = Binary16.value(block.load(UInt16.self, at: 64))
    for half in 0..<2 {
      for n in 0..<4 {
        for m in 0..<32 {
          let digit = block[half * 32 + m] >> UInt8(2 * n) & 3
          weights[start + half * 128 + n * 32 + m] = TernaryDigit.weight(Int32(digit), d)
        }
      }
    }
  }

  public static func isFinite(_ block: Span<UInt8>) -> Bool { Binary16.isFinite(block.load(UInt16.self, at: 64)) }
}
