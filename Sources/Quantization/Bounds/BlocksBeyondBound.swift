internal import TensorCore

/// A weight whose error no encoder can have made, given the scales of its block.
public struct WeightBeyondBound: Sendable, Equatable {
  /// The number of the weight in its block.
  public let index: Int
  public let original: Float
  public let decoded: Float
  /// The largest |decoded - original| that is allowed.
  public let bound: Float

  /// |decoded - original|; NaN or infinite where one of them is.
  public var error: Float { abs(decoded - original) }
}

extension BlockCodec {
  public static var boundsImportance: Bool { true }

  /// The first weight of a block that is beyond its bound; nil where none is.
  ///
  /// - Parameters:
  ///   - original: The weights that the block was made of.
  ///   - block: The bytes of one block.
  public static func firstWeightBeyondBound(original: Span<Float>, block: Span<UInt8>) -> WeightBeyondBound? {
    let count = elementType.blockLength
    var decoded = [Float](repeating: 0, count: count)
    var bounds = [Float](repeating: 0, count: count)
    var decodedSpan = decoded.mutableSpan
    decodeBlock(block, into: &decodedSpan, at: 0)
    var boundsSpan = bounds.mutableSpan
    boundErrors(of: original, in: block, into: &boundsSpan)
    // What is not a number is beyond every bound.
    for i in 0..<count where !(abs(decoded[i] - original[i]) <= bounds[i]) {
      return WeightBeyondBound(index: i, original: original[i], decoded: decoded[i], bound: bounds[i])
    }
    return nil
  }

  /// How many of the blocks that stand one behind the other have a weight beyond its bound, and the number of the first.
  ///
  /// - Parameters:
  ///   - original: The weights that the blocks were made of.
  ///   - blocks: Whole blocks, as many as `original` fills.
  public static func blocksBeyondBound(
    original: Span<Float>, blocks: Span<UInt8>
  ) -> (count: Int, first: Int?) {
    let (length, size) = (elementType.blockLength, elementType.blockBytes)
    var found: (count: Int, first: Int?) = (0, nil)
    for block in 0..<(blocks.count / size) {
      let weights = original.extracting((block * length)..<((block + 1) * length))
      let bytes = blocks.extracting((block * size)..<((block + 1) * size))
      guard firstWeightBeyondBound(original: weights, block: bytes) != nil else { continue }
      if found.first == nil { found.first = block }
      found.count += 1
    }
    return found
  }
}
