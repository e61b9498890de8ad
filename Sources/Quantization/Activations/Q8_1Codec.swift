public import TensorCore

/// Q8_1: 32 activations, a half-precision scale, a signed byte each, and what they add up to. formats/q8_1.md.
///
///     0   d    binary16
///     2   s    binary16: the sum of the codes times the scale, as that is before it is rounded
///     4   q    32 x int8: value i is d * q[i]
///
/// Only activations have this form, beside weights of Q4_1 and Q5_1: it is not in the table of codecs.
public enum Q8_1Codec: BlockEncoder {
  public static let elementType = ElementType.q8_1

  public static func encodeBlock(_ weights: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    let d = BlockArithmetic.absoluteMaximum(weights) / 127
    let inverse = BlockArithmetic.reciprocal(d)
    // A scale so small that its reciprocal overflows is zero in half precision; every code is then 0.
    let usable = inverse.isFinite
    var sum: Int32 = 0
    for i in 0..<32 {
      let code = usable ? (weights[i] * inverse).rounded(.toNearestOrAwayFromZero) : 0
      let byte = Int8(clamping: BlockArithmetic.integer(code))
      bytes[offset + 4 + i] = UInt8(bitPattern: byte)
      sum += Int32(byte)
    }
    bytes.store(Binary16.bits(d), at: offset)
    bytes.store(Binary16.bits(Float(sum) * d), at: offset + 2)
  }

  public static func decodeBlock(_ block: Span<UInt8>, into weights: inout MutableSpan<Float>, at start: Int) {
    let d = Binary16.value(block.load(UInt16.self, at: 0))
    for i in 0..<32 { weights[start + i] = Float(Int8(bitPattern: block[4 + i])) * d }
  }

  public static func isFinite(_ block: Span<UInt8>) -> Bool {
    Binary16.isFinite(block.load(UInt16.self, at: 0)) && Binary16.isFinite(block.load(UInt16.self, at: 2))
  }
}
