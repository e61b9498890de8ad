public import TensorCore

/// Q5_K: a superblock of 8 sub-blocks of 32 weights, each with a 6-bit scale and a 6-bit minimum, five bits a weight.
/// formats/q5_k.md.
///
///     0    d, dmin, scales  16 bytes (``AffineSuperblock``)
///     16   qh               32 bytes: the high bits of the codes; bit s of byte i is that of weight i of sub-block s
///     48   qs               128 bytes: their low four bits, 32 a pair of sub-blocks, the first in the low halves, the
///                           second in the high halves
public enum Q5_KCodec: BlockImportanceCodec {
  public static let elementType = ElementType.q5_K
  /// As of Q4_K.
  public static let largestMagnitude: Float = 2_000_000

  private static let search = AffineSearchParameters(highestCode: 31, firstStep: -0.5, stepWidth: 0.1, lastStep: 15)

  public static func encodeBlock(_ weights: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    store(AffineSuperblock(weights, search), into: &bytes, at: offset)
  }

  public static func encodeBlock(
    _ weights: Span<Float>, importance: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    let superblock = AffineSuperblock(weights, importance: importance, highestCode: 31, highestPair: 63)
    store(superblock, into: &bytes, at: offset)
  }

  static func store(_ superblock: AffineSuperblock, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    superblock.storeScales(into: &bytes, at: offset)
    for i in 0..<32 {
      var highBits: UInt8 = 0
      for sub in 0..<8 { highBits |= (superblock.codes[sub * 32 + i] >> 4) << UInt8(sub) }
      bytes[offset + 16 + i] = highBits
    }
    for pair in 0..<4 {
      for i in 0..<32 {
        let first = pair * 64 + i
        bytes[offset + 48 + pair * 32 + i] = superblock.codes[first] & 0x0F | superblock.codes[first + 32] << 4
      }
    }
  }

  public static func decodeBlock(_ block: Span<UInt8>, into weights: inout MutableSpan<Float>, at start: Int) {
    let superblock = AffineSuperblock(block)
    for sub in 0..<8 {
      let (step, shift) = superblock.stepAndShift(sub)
      let codes = 48 + sub / 2 * 32
      for i in 0..<32 {
        let byte = block[codes + i]
        let low = sub % 2 == 0 ? byte & 0x0F : byte >> 4
        let high = block[16 + i] >> UInt8(sub) & 1
        weights[start + sub * 32 + i] = step * Float(low | high << 4) - shift
      }
    }
  }

  public static func isFinite(_ block: Span<UInt8>) -> Bool { AffineSuperblock.isFinite(block) }
}
