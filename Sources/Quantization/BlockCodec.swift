public import TensorCore

/// How blocks of an element type are decoded to 32-bit floats.
///
/// A decoder is the specification in code: shaped like the type's page in formats/, scalar, and the oracle that every
/// faster implementation is held against. It is total: any bytes decode to something, without a trap.
public protocol BlockDecoder: Sendable {
  static var elementType: ElementType { get }

  /// Decodes one block.
  ///
  /// - Parameters:
  ///   - block: The bytes of one block.
  ///   - weights: Receives the block's weights from `start` on.
  static func decodeBlock(_ block: Span<UInt8>, into weights: inout MutableSpan<Float>, at start: Int)

  /// Decodes blocks that stand one behind the other; `weights` has room for all of them.
  static func decode(_ blocks: Span<UInt8>, into weights: inout MutableSpan<Float>)
}

/// How numbers are quantized into blocks of an element type, and back.
///
/// An encoder writes the bytes that ggml's reference quantizer writes, in IEEE 754 binary32 arithmetic in ggml's order.
/// Its input is finite; it is total all the same.
public protocol BlockEncoder: BlockDecoder {
  /// Encodes one block.
  ///
  /// - Parameters:
  ///   - weights: The weights of one block, finite.
  ///   - bytes: Receives the block from `offset` on.
  static func encodeBlock(_ weights: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int)

  /// Whether everything in a block that scales its weights (for a float type: the value itself) is finite. An encoded
  /// block of finite weights is not finite where a scale overflows its half precision.
  static func isFinite(_ block: Span<UInt8>) -> Bool

  /// Encodes weights that fill whole blocks into `bytes` from `offset` on, where there is room for all of them.
  static func encode(_ weights: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int)

  /// The number of the first block for which ``isFinite(_:)`` does not hold.
  static func firstNonFiniteBlock(in blocks: Span<UInt8>) -> Int?
}

/// An encoder for the weights of models.
public protocol BlockCodec: BlockEncoder {
  /// The magnitude that every weight may have without a scale that overflows.
  static var largestMagnitude: Float { get }

  /// The largest |decoded - weight| that an encoder's last step can have left at each weight of a block, given the block's
  /// own scales. formats/bounds.md.
  ///
  /// What an encoder makes of finite weights with finite scales is never beyond it. Bounds are computed in binary32, in
  /// the order that `CKernels` has too.
  ///
  /// - Parameters:
  ///   - weights: The original weights of one block.
  ///   - block: Its bytes, any.
  ///   - bounds: Receives a bound for each weight, in the unit of the weights: finite and not negative where the weights
  ///     are finite.
  static func boundErrors(of weights: Span<Float>, in block: Span<UInt8>, into bounds: inout MutableSpan<Float>)

  /// Whether blocks that were encoded by the importance of columns keep the bound, too.
  static var boundsImportance: Bool { get }
}

extension BlockDecoder {
  public static func decode(_ blocks: Span<UInt8>, into weights: inout MutableSpan<Float>) {
    let (length, bytes) = (elementType.blockLength, elementType.blockBytes)
    for block in 0..<(blocks.count / bytes) {
      decodeBlock(blocks.extracting((block * bytes)..<((block + 1) * bytes)), into: &weights, at: block * length)
    }
  }
}

extension BlockEncoder {
  public static func encode(_ weights: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int = 0) {
    let (length, size) = (elementType.blockLength, elementType.blockBytes)
    for block in 0..<(weights.count / length) {
      encodeBlock(
        weights.extracting((block * length)..<((block + 1) * length)), into: &bytes, at: offset + block * size)
    }
  }

  public static func firstNonFiniteBlock(in blocks: Span<UInt8>) -> Int? {
    let bytes = elementType.blockBytes
    for block in 0..<(blocks.count / bytes)
    where !isFinite(blocks.extracting((block * bytes)..<((block + 1) * bytes))) {
      return block
    }
    return nil
  }
}
