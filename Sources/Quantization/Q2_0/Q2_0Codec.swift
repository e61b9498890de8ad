public import TensorCore

/// Q2_0: 64 weights, one half-precision scale, two bits a weight. formats/q2_0.md.
///
///     0   d    binary16
///     2   qs   16 bytes: weight i is in bits 2 (i % 4) and 2 (i % 4) + 1 of byte i / 4; weight = d * (code - 1)
public enum Q2_0Codec: BlockCodec {
  public static let elementType = ElementType.q2_0
  public static let largestMagnitude = Binary16.greatestFinite

  public static func encodeBlock(_ weights: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    let d = BlockArithmetic.absoluteMaximum(weights)
    let inverse = BlockArithmetic.reciprocal(d)
    bytes.store(Binary16.bits(d), at: offset)
    for byte in 0..<16 {
      var packed: UInt8 = 0
      for i in 0..<4 { packed |= code(weights[byte * 4 + i], inverse) << UInt8(2 * i) }
      bytes[offset + 2 + byte] = packed
    }
  }

  /// `weight * inverse` is -1 to 1, and halves are rounded away from zero: the code 3 is never written. A scale so small
  /// that its reciprocal overflows is zero in half precision; every code is then 0.
  @inline(__always)
  private static func code(_ weight: Float, _ inverse: Float) -> UInt8 {
    guard inverse.isFinite else { return 0 }
    let nearest = BlockArithmetic.integer((weight * inverse).rounded(.toNearestOrAwayFromZero))
    return UInt8(truncatingIfNeeded: max(0, min(3, nearest + 1)))
  }

  public static func decodeBlock(_ block: Span<UInt8>, into weights: inout MutableSpan<Float>, at start: Int) {
    let d = Binary16.value(block.load(UInt16.self, at: 0))
    for i in 0..<64 {
      let code = block[2 + i / 4] >> UInt8(2 * (i % 4)) & 3
      weights[start + i] = Float(Int32(code) - 1) * d
    }
  }

  public static func isFinite(_ block: Span<UInt8>) -> Bool { Binary16.isFinite(block.load(UInt16.self, at: 0)) }
}
