internal import TensorCore

/// A type of which the block can be found that decodes to given weights: one half-precision scale a block, and
/// weight = level * scale. formats/fake-quantize.md.
///
/// The reference's quantizer takes the scale from the largest weight as if that had the outermost code, and so misses the
/// grid of a block whose codes do not reach it: weights 3, 1 and -2 times a scale become multiples of 3/8 of it in Q4_0.
/// Here every scale is tried that the largest weight can have come from.
public protocol GridCodec: BlockCodec {
  static var gridLevels: GridLevels { get }

  /// Stores a block.
  ///
  /// - Parameters:
  ///   - scale: The bits of a half.
  ///   - codes: For each weight its place in ``gridLevels``.
  ///   - bytes: Receives the block from `offset` on.
  static func storeGridBlock(
    scale: UInt16, codes: Span<UInt8>, into bytes: inout MutableSpan<UInt8>, at offset: Int)
}

extension GridCodec {
  /// Encodes one block without loss, if a block decodes to its weights; else as the reference's quantizer does.
  ///
  /// Of several blocks that decode to the same bits it is the reference's where that is one of them, else that in which the
  /// largest weight has the outermost level.
  ///
  /// - Parameters:
  ///   - weights: The weights of one block. Those that are not finite are on no grid.
  ///   - precision: What the checkpoint stores them in: each has to equal a decoded weight rounded to it.
  ///   - bytes: Receives the block from `offset` on.
  /// - Returns: How the weights are to what the block decodes to, rounded to the precision.
  /// - Complexity: Bounded by levels x 17 scales (``GridScales``) x weights; scales that do not fit are left at the first
  ///   weight that shows it.
  @discardableResult
  public static func encodeGridBlock(
    _ weights: Span<Float>, storedAs precision: WeightPrecision, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) -> GridMatch {
    encodeBlock(weights, into: &bytes, at: offset)
    var decoded = InlineArray<256, Float>(repeating: 0)
    var room = decoded.mutableSpan
    decodeBlock(bytes.span.extracting(offset..<(offset + elementType.blockBytes)), into: &room, at: 0)
    var best = GridMatch(weights, decoded: decoded.span.extracting(0..<weights.count), storedAs: precision)
    let enough = GridMatch.greatest(for: weights, storedAs: precision)
    if best == enough { return best }
    for index in 0..<weights.count where !weights[index].isFinite { return .none }
    let levels = gridLevels
    var codes = InlineArray<256, UInt8>(repeating: 0)
    // The smallest weight fits the fewest scales: it is looked at first.
    let witness = smallest(weights)
    /// Takes a scale where it is better than what was found before.
    func take(_ scale: UInt16, _ bytes: inout MutableSpan<UInt8>) {
      guard levels.code(of: witness, scale: Binary16.value(scale), storedAs: precision) != nil else { return }
      let match = match(weights, levels, scale: scale, storedAs: precision, into: &codes)
      guard match > best else { return }
      best = match
      storeGridBlock(scale: scale, codes: codes.span.extracting(0..<weights.count), into: &bytes, at: offset)
    }
    let extreme = BlockArithmetic.extreme(weights)
    if extreme == 0 {
      // With a scale of zero, levels below zero are -0.0.
      take(0, &bytes)
      return best
    }
    for level in levels.nonzero {
      for scale in GridScales(extreme, level: level, storedAs: precision) {
        if best == enough { return best }
        take(scale, &bytes)
      }
    }
    return best
  }

  /// Encodes whole blocks as ``encodeGridBlock(_:storedAs:into:at:)`` does; `bytes` has room for them from `offset` on.
  ///
  /// - Returns: The least match of all blocks: where it is `.none`, some of them are the reference's, and have lost.
  @discardableResult
  public static func encodeOnGrid(
    _ weights: Span<Float>, storedAs precision: WeightPrecision, into bytes: inout MutableSpan<UInt8>,
    at offset: Int = 0
  ) -> GridMatch {
    let (length, size) = (elementType.blockLength, elementType.blockBytes)
    var least = GridMatch.identical
    for block in 0..<(weights.count / length) {
      let own = weights.extracting((block * length)..<((block + 1) * length))
      least = min(
        least, encodeGridBlock(own, storedAs: precision, into: &bytes, at: offset + block * size))
    }
    return least
  }

  /// The weight of the smallest magnitude but zero; zero where there is no other.
  private static func smallest(_ weights: Span<Float>) -> Float {
    var smallest = Float.infinity
    for index in 0..<weights.count where weights[index] != 0 && abs(weights[index]) < abs(smallest) {
      smallest = weights[index]
    }
    return smallest.isFinite ? smallest : 0
  }

  /// The codes of weights under a scale.
  private static func match(
    _ weights: Span<Float>, _ levels: GridLevels, scale: UInt16, storedAs precision: WeightPrecision,
    into codes: inout InlineArray<256, UInt8>
  ) -> GridMatch {
    let scale = Binary16.value(scale)
    var least = GridMatch.identical
    for index in 0..<weights.count {
      guard let (code, match) = levels.code(of: weights[index], scale: scale, storedAs: precision) else { return .none }
      codes[index] = UInt8(truncatingIfNeeded: code)
      least = min(least, match)
    }
    return least
  }
}
