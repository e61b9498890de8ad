public import TensorCore

/// IQ4_NL: 32 weights, one half-precision scale, four bits a weight that name one of sixteen values. formats/iq4.md.
///
///     0   d    binary16
///     2   qs   16 bytes (``FourBitCodes``); weight = d * value[code]
public enum IQ4_NLCodec: BlockImportanceCodec {
  public static let elementType = ElementType.iq4_nl
  /// The search divides a weight by the value that is nearest to it on a scale where the largest is at 120 at least, and
  /// by at most 1.6 times less than it should: 65504 x 120 / 1.6 = 4,912,800 at least.
  public static let largestMagnitude: Float = 4_000_000

  public static func encodeBlock(_ weights: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    var importance = InlineArray<32, Float>(repeating: 0)
    for i in 0..<32 { importance[i] = weights[i] * weights[i] }
    store(weights, importance: importance.span, into: &bytes, at: offset)
  }

  public static func encodeBlock(
    _ weights: Span<Float>, importance: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    // Twice the mean square, of the block and not of the row.
    let level = BlockArithmetic.sumOfSquares(weights) * (2 / 32)
    let weighted = WeightedImportance<32>(weights, importance: importance, level: level)
    store(weights, importance: weighted.values.span, into: &bytes, at: offset)
  }

  /// Stores a block, with the squared error of each weight counting for its importance.
  private static func store(
    _ weights: Span<Float>, importance: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    let scale = NonLinearSearch.scale(weights, importance: importance)
    // The codes again, for the scale that was found.
    let inverse = BlockArithmetic.reciprocal(scale)
    let values = NonLinearSearch.values
    var codes = InlineArray<32, UInt8>(repeating: 0)
    for i in 0..<32 { codes[i] = NonLinearSearch.code(inverse * weights[i], values) }
    bytes.store(Binary16.bits(scale), at: offset)
    FourBitCodes.store(codes, into: &bytes, at: offset + 2)
  }

  public static func decodeBlock(_ block: Span<UInt8>, into weights: inout MutableSpan<Float>, at start: Int) {
    let d = Binary16.value(block.load(UInt16.self, at: 0))
    let values = NonLinearSearch.values
    for i in 0..<32 { weights[start + i] = d * values[Int(FourBitCodes.code(i, in: block, at: 2))] }
  }

  public static func isFinite(_ block: Span<UInt8>) -> Bool { Binary16.isFinite(block.load(UInt16.self, at: 0)) }
}
