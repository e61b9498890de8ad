internal import TensorCore

/// 32 five-bit codes in 20 bytes, as Q5_0 and Q5_1 hold them. formats/q5.md.
///
///     0   qh   UInt32, little-endian: bit i is the fifth bit of code i
///     4   qs   16 bytes: the low four bits (``FourBitCodes``)
enum FiveBitCodes {
  @inline(__always)
  static func store(_ codes: InlineArray<32, UInt8>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    var fifthBits: UInt32 = 0
    for i in 0..<32 { fifthBits |= UInt32(codes[i] >> 4 & 1) << UInt32(i) }
    bytes.store(fifthBits, at: offset)
    FourBitCodes.store(codes, into: &bytes, at: offset + 4)
  }

  /// The codes of a block.
  @inline(__always)
  static func load(_ block: Span<UInt8>, at offset: Int) -> InlineArray<32, UInt8> {
    let fifthBits = block.load(UInt32.self, at: offset)
    var codes = InlineArray<32, UInt8>(repeating: 0)
    for i in 0..<32 {
      let fifth = UInt8(truncatingIfNeeded: fifthBits >> UInt32(i) & 1)
      codes[i] = FourBitCodes.code(i, in: block, at: offset + 4) | fifth << 4
    }
    return codes
  }
}
