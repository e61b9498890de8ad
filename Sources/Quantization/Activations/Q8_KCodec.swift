public import TensorCore

/// Q8_K: 256 activations, a single-precision scale, a signed byte each, and the sums of sixteen of these. formats/q8_k.md.
///
///     0    d      binary32, of the sign that lets the largest value have the code -127
///     4    q      256 x int8: value i is d * q[i]
///     260  bsums  16 x int16: the sum of codes 16 j to 16 j + 15
///
/// Only activations have this form, beside weights in superblocks: it is not in the table of codecs.
public enum Q8_KCodec: BlockEncoder {
  public static let elementType = ElementType.q8_K

  public static func encodeBlock(_ weights: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    let extreme = BlockArithmetic.extreme(weights)
    // Infinite for the smallest numbers: the codes are then 0, and so is the scale.
    let inverse = extreme == 0 ? 0 : -127 / extreme
    bytes.store((extreme == 0 ? 0 : 1 / inverse).bitPattern, at: offset)
    for sub in 0..<16 {
      var sum: Int16 = 0
      for i in (sub * 16)..<(sub * 16 + 16) {
        // The low eight bits count, as in ggml.
        let code = Int8(truncatingIfNeeded: min(127, BlockArithmetic.nearestInteger(inverse * weights[i])))
        bytes[offset + 4 + i] = UInt8(bitPattern: code)
        sum += Int16(code)
      }
      bytes.store(sum, at: offset + 260 + 2 * sub)
    }
  }

  public static func decodeBlock(_ block: Span<UInt8>, into weights: inout MutableSpan<Float>, at start: Int) {
    let d = scale(block)
    for i in 0..<256 { weights[start + i] = d * Float(Int8(bitPattern: block[4 + i])) }
  }

  public static func isFinite(_ block: Span<UInt8>) -> Bool { scale(block).isFinite }

  private static func scale(_ block: Span<UInt8>) -> Float { Float(bitPattern: block.load(UInt32.self, at: 0)) }
}
