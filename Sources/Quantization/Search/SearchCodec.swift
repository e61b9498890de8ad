public import TensorCore

/// A codec that has the method `search`: among the blocks that its decoder reads, one that leaves less error than the
/// reference's. formats/search.md.
public protocol SearchCodec: BlockCodec {
  /// Encodes one block by searching; it may be worse than the reference's.
  ///
  /// - Parameters:
  ///   - weights: The weights of one block, finite.
  ///   - importance: For each weight, what its squared error counts for; finite, not negative, as many as `weights`.
  ///   - bytes: Receives the block from `offset` on.
  static func searchBlock(
    _ weights: Span<Float>, importance: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int)
}

extension SearchCodec {
  /// Encodes weights that fill whole blocks into `bytes` from `offset` on, where there is room for all of them: the
  /// reference's blocks, and others where these leave less squared error.
  public static func search(_ weights: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int = 0) {
    encode(weights, into: &bytes, at: offset)
    let ones = [Float](repeating: 1, count: elementType.blockLength)
    for block in 0..<(weights.count / elementType.blockLength) {
      keepBetter(block, weights, importance: ones.span, into: &bytes, at: offset)
    }
  }

  /// The same for one row, whose squared errors count for the importance of their columns. The reference's blocks are made
  /// by it too where the codec can.
  public static func search(
    row: Span<Float>, importance: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int = 0
  ) {
    if let codec = self as? any ImportanceCodec.Type {
      codec.encodeRow(row, importance: importance, into: &bytes, at: offset)
    } else {
      encode(row, into: &bytes, at: offset)
    }
    let length = elementType.blockLength
    for block in 0..<(row.count / length) {
      let factors = importance.extracting((block * length)..<((block + 1) * length))
      keepBetter(block, row, importance: factors, into: &bytes, at: offset)
    }
  }

  /// Replaces a block by the one that is searched for, if that is better.
  private static func keepBetter(
    _ block: Int, _ weights: Span<Float>, importance: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    let (length, size) = (elementType.blockLength, elementType.blockBytes)
    let weights = weights.extracting((block * length)..<((block + 1) * length))
    let start = offset + block * size
    var candidate = [UInt8](repeating: 0, count: size)
    var candidateBytes = candidate.mutableSpan
    searchBlock(weights, importance: importance, into: &candidateBytes, at: 0)
    let error = squaredError(of: candidate.span, weights, importance)
    let limit = squaredError(of: bytes.span.extracting(start..<(start + size)), weights, importance) * clearlyBetter
    // A reference that overflowed stays: its scale is not finite, and it is refused.
    guard error < limit && limit < .infinity else { return }
    for i in 0..<size { bytes[start + i] = candidate[i] }
  }

  /// The sum of the squared errors of a block, weight i in sum i mod 16.
  private static func squaredError(of block: Span<UInt8>, _ weights: Span<Float>, _ importance: Span<Float>) -> Float {
    var decoded = [Float](repeating: 0, count: weights.count)
    var span = decoded.mutableSpan
    decodeBlock(block, into: &span, at: 0)
    var sums = InlineArray<16, Float>(repeating: 0)
    for i in 0..<weights.count {
      let error = decoded[i] - weights[i]
      sums[i % 16] += importance[i] * error * error
    }
    return BlockArithmetic.sumOfHalves(sums)
  }
}

/// How much better a block must be: more than the sums can be wrong by.
private let clearlyBetter: Float = 1 - 0x1p-14

extension ElementType {
  /// How weights are quantized to this type by the method `search`; nil where there is none.
  public var searchCodec: (any SearchCodec.Type)? { codec as? any SearchCodec.Type }
}
