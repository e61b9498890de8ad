public import TensorCore

/// Q4_K: a superblock of 8 sub-blocks of 32 weights, each with a 6-bit scale and a 6-bit minimum, four bits a weight.
/// formats/q4_k.md.
///
///     0    d, dmin, scales  16 bytes (``AffineSuperblock``)
///     16   qs               128 bytes: 32 a pair of sub-blocks, the first in the low halves, the second in the high
///                           halves
public enum Q4_KCodec: BlockImportanceCodec {
  public static let elementType = ElementType.q4_K
  /// The minimum is what overflows first, beyond 63 x 65504 = 4,126,752; the search may place it below the smallest
  /// weight, so that half of it is what is safe for any block.
  public static let largestMagnitude: Float = 2_000_000

  private static let search = AffineSearchParameters(highestCode: 15, firstStep: -1, stepWidth: 0.1, lastStep: 20)

  public static func encodeBlock(_ weights: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    store(AffineSuperblock(weights, search), into: &bytes, at: offset)
  }

  public static func encodeBlock(
    _ weights: Span<Float>, importance: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    // ggml cuts no scale to six bits here: one that wrapped spills into the high bits of another sub-block's.
    let superblock = AffineSuperblock(weights, importance: importance, highestCode: 15, highestPair: 255)
    store(superblock, into: &bytes, at: offset)
  }

  static func store(_ superblock: AffineSuperblock, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    superblock.storeScales(into: &bytes, at: offset)
    for pair in 0..<4 {
      for i in 0..<32 {
        let first = pair * 64 + i
        bytes[offset + 16 + pair * 32 + i] = superblock.codes[first] | superblock.codes[first + 32] << 4
      }
    }
  }

  public static func decodeBlock(_ block: Span<UInt8>, into weights: inout MutableSpan<Float>, at start: Int) {
    let superblock = AffineSuperblock(block)
    for sub in 0..<8 {
      let (step, shift) = superblock.stepAndShift(sub)
      let codes = 16 + sub / 2 * 32
      for i in 0..<32 {
        let byte = block[codes + i]
        let code = sub % 2 == 0 ? byte & 0x0F : byte >> 4
        weights[start + sub * 32 + i] = step * Float(code) - shift
      }
    }
  }

  public static func isFinite(_ block: Span<UInt8>) -> Bool { AffineSuperblock.isFinite(block) }
}
