public import TensorCore

/// Q1_0: 128 weights, one half-precision scale, the sign of each weight. formats/q1_0.md.
///
///     0   d    binary16: the mean magnitude
///     2   qs   16 bytes: weight i is bit i % 8 of byte i / 8; 1 stands for d, 0 for -d
public enum Q1_0Codec: BlockCodec {
  public static let elementType = ElementType.q1_0
  public static let largestMagnitude = Binary16.greatestFinite

  public static func encodeBlock(_ weights: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    // In the order of the weights; another gives other bytes.
    var sum: Float = 0
    for i in 0..<128 { sum += abs(weights[i]) }
    bytes.store(Binary16.bits(sum / 128), at: offset)
    for byte in 0..<16 {
      var packed: UInt8 = 0
      // Zeros of either sign count as positive.
      for bit in 0..<8 where weights[byte * 8 + bit] >= 0 { packed |= 1 << UInt8(bit) }
      bytes[offset + 2 + byte] = packed
    }
  }

  public static func decodeBlock(_ block: Span<UInt8>, into weights: inout MutableSpan<Float>, at start: Int) {
    let d = Binary16.value(block.load(UInt16.self, at: 0))
    for i in 0..<128 { weights[start + i] = block[2 + i / 8] >> UInt8(i % 8) & 1 == 1 ? d : -d }
  }

  public static func isFinite(_ block: Span<UInt8>) -> Bool { Binary16.isFinite(block.load(UInt16.self, at: 0)) }
}
