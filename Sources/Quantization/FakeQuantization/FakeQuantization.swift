internal import TensorCore

/// Why weights cannot be quantized and decoded again: one case a reason. They are then as they were.
public enum FakeQuantizationError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The weights do not fill whole blocks.
  case blocksNotWhole(count: Int, blockLength: Int)
  /// A weight is NaN or infinite.
  case notFinite(index: Int)
  /// The scale of a block overflows: one of these weights is beyond `BlockCodec.largestMagnitude`.
  case outOfRange(weights: Range<Int>)

  public var description: String {
    switch self {
    case .blocksNotWhole(let count, let length): "\(count) weights do not fill blocks of \(length)"
    case .notFinite(let index): "weight \(index) is not finite"
    case .outOfRange(let weights): "one of the weights \(weights) is beyond the range of the type"
    }
  }
}

extension BlockCodec {
  /// Replaces weights by what their blocks decode to: `decode(encode(w))`, the forward of fake quantization
  /// (Jacob et al. 2018, arXiv:1712.05877). formats/fake-quantize.md.
  ///
  /// In quantization-aware training it is the forward of a straight-through estimator (Bengio, Léonard and Courville 2013,
  /// arXiv:1308.3432): the function is constant almost everywhere, so its gradient is taken to be the identity,
  /// `dL/dw = dL/dy` for every weight. That is meant of clipped weights, too (in Q4_0 those near the largest magnitude with
  /// the other sign, which become 7/8 of it): scales are computed from the weights at every step, so the range follows
  /// them and no weight is ever out of it for good. Scales have no gradient of their own.
  ///
  /// For most types it is idempotent: ``isFakeQuantizationIdempotent``.
  ///
  /// - Parameter weights: Binary32, finite; whole rows of one or more tensors, each a multiple of the block's length.
  /// - Throws: ``FakeQuantizationError``; the weights are then as they were.
  /// - Complexity: O(*n*) time, and the memory of the blocks.
  public static func fakeQuantize(_ weights: inout MutableSpan<Float>) throws(FakeQuantizationError) {
    let type = elementType
    guard weights.count % type.blockLength == 0 else {
      throw .blocksNotWhole(count: weights.count, blockLength: type.blockLength)
    }
    for index in 0..<weights.count where !weights[index].isFinite { throw .notFinite(index: index) }
    var blocks = [UInt8](repeating: 0, count: weights.count / type.blockLength * type.blockBytes)
    var bytes = blocks.mutableSpan
    encode(weights.span, into: &bytes, at: 0)
    if let block = firstNonFiniteBlock(in: blocks.span) {
      throw .outOfRange(weights: (block * type.blockLength)..<((block + 1) * type.blockLength))
    }
    decode(blocks.span, into: &weights)
  }
}
