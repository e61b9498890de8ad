public import TensorCore

/// Q5_1: 32 weights, a half-precision scale and a half-precision minimum, five bits a weight. formats/q5.md.
///
///     0   d    binary16
///     2   m    binary16: what the code 0 stands for
///     4   qh   the fifth bits, and
///     8   qs   the low four bits of the codes (``FiveBitCodes``); weight = code * d + m
public enum Q5_1Codec: BlockCodec {
  public static let elementType = ElementType.q5_1
  /// The minimum is stored as it is; the scale is at most 2/31 of the largest magnitude.
  public static let largestMagnitude = Binary16.greatestFinite

  public static func encodeBlock(_ weights: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    let quantizer = RangeQuantizer(weights, highestCode: 31)
    var codes = InlineArray<32, UInt8>(repeating: 0)
    for i in 0..<32 { codes[i] = quantizer.code(weights[i]) }
    bytes.store(Binary16.bits(quantizer.scale), at: offset)
    bytes.store(Binary16.bits(quantizer.minimum), at: offset + 2)
    FiveBitCodes.store(codes, into: &bytes, at: offset + 4)
  }

  public static func decodeBlock(_ block: Span<UInt8>, into weights: inout MutableSpan<Float>, at start: Int) {
    let d = Binary16.value(block.load(UInt16.self, at: 0))
    let m = Binary16.value(block.load(UInt16.self, at: 2))
    let codes = FiveBitCodes.load(block, at: 4)
    for i in 0..<32 { weights[start + i] = Float(codes[i]) * d + m }
  }

  public static func isFinite(_ block: Span<UInt8>) -> Bool {
    Binary16.isFinite(block.load(UInt16.self, at: 0)) && Binary16.isFinite(block.load(UInt16.self, at: 2))
  }
}

extension Q5_1Codec: RowImportanceCodec {
  public static func encodeBlock(
    _ weights: Span<Float>, errorWeights: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    let fit = AffineSearch<32>.fit(weights, importance: errorWeights, .weighted(highestCode: 31))
    bytes.store(Binary16.bits(fit.scale), at: offset)
    bytes.store(Binary16.bits(-fit.minimum), at: offset + 2)
    FiveBitCodes.store(fit.codes, into: &bytes, at: offset + 4)
  }
}
