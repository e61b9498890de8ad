internal import Quantization
internal import TensorCore

/// Makes the numbers of a big-endian payload little-endian, as far as rules look at them: floats, and in blocks the scales,
/// the mins and the sums. Codes are bytes.
///
/// Blocks of big-endian files are those of llama.cpp's `gguf_convert_endian.py`, which turns the scales and mins of the
/// types that it takes; those of other types are read alike.
enum BlockByteOrder {
  static func swap(_ bytes: inout MutableSpan<UInt8>, of type: ElementType) {
    switch type.kind {
    case .integer: break
    case .float: bytes.reverseBytes(ofElements: type.blockBytes)
    // Two binary32 numbers, or bytes.
    case .packed: if type == .c64 { bytes.reverseBytes(ofElements: 4) }
    case .quantized:
      let size = type.blockBytes
      let numbers = numbers(of: type)
      for block in 0..<(bytes.count / size) {
        for (offset, width) in numbers { swapNumber(&bytes, at: block * size + offset, width) }
      }
    }
  }

  /// Where numbers of several bytes stand in a block, and how many bytes they have.
  private static func numbers(of type: ElementType) -> [(offset: Int, width: Int)] {
    switch type {
    case .q8_1: return [(0, 2), (2, 2)]
    case .q8_K: return [(0, 4)] + (0..<16).map { (260 + 2 * $0, 2) }
    case .iq1_m: return (0..<4).map { (48 + 2 * $0, 2) }
    default:
      return [type.scaleField, type.minField].compactMap { $0 }.filter { $0.encoding == .binary16 }
        .map { ($0.offset, 2) }
    }
  }

  private static func swapNumber(_ bytes: inout MutableSpan<UInt8>, at offset: Int, _ width: Int) {
    for i in 0..<(width / 2) { bytes.swapAt(offset + i, offset + width - 1 - i) }
  }
}
