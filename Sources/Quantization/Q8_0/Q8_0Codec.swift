public import TensorCore

/// Q8_0: 32 weights, one half-precision scale, a signed byte a weight. formats/q8_0.md.
///
///     0   d    binary16
///     2   q    32 x int8: weight i is d * q[i]
public enum Q8_0Codec: BlockCodec {
  public static let elementType = ElementType.q8_0
  /// The scale is 1/127 of the largest weight: 127 x 65504.
  public static let largestMagnitude: Float = 127 * Binary16.greatestFinite

  public static func encodeBlock(_ weights: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    let d = BlockArithmetic.absoluteMaximum(weights) / 127
    let inverse = BlockArithmetic.reciprocal(d)
    bytes.store(Binary16.bits(d), at: offset)
    // A scale so small that its reciprocal overflows is zero in half precision; every code is then 0.
    let usable = inverse.isFinite
    for i in 0..<32 {
      let code = usable ? (weights[i] * inverse).rounded(.toNearestOrAwayFromZero) : 0
      bytes[offset + 2 + i] = UInt8(bitPattern: Int8(clamping: BlockArithmetic.integer(code)))
    }
  }

  public static func decodeBlock(_ block: Span<UInt8>, into weights: inout MutableSpan<Float>, at start: Int) {
    let d = Binary16.value(block.load(UInt16.self, at: 0))
    for i in 0..<32 { weights[start + i] = Float(Int8(bitPattern: block[2 + i])) * d }
  }

  public static func isFinite(_ block: Span<UInt8>) -> Bool { Binary16.isFinite(block.load(UInt16.self, at: 0)) }
}
