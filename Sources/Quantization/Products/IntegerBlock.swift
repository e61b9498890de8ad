public import TensorCore

/// A block taken apart for integer arithmetic: weight i is `steps[i / 16] * codes[i] + offsets[i / 16]`, a real number,
/// which the decoder rounds.
///
/// All steps and offsets are exact: the product of a scale of at most 11 bits and an integer of at most 8.
public struct IntegerBlock: Sendable {
  /// The weights of a block, zeros behind them.
  public private(set) var codes = InlineArray<256, Int8>(repeating: 0)
  /// For each sixteen weights, what a code counts for.
  public private(set) var steps = InlineArray<16, Float>(repeating: 0)
  /// For each sixteen weights, what is added.
  public private(set) var offsets = InlineArray<16, Float>(repeating: 0)

  /// - Parameters:
  ///   - length: Weights of the block, a multiple of 16.
  ///   - step: The step of sixteen weights.
  ///   - offset: Their offset.
  ///   - code: The code of a weight.
  init(
    _ length: Int, step: (Int) -> Float, offset: (Int) -> Float = { _ in 0 }, code: (Int) -> Int8
  ) {
    for group in 0..<(length / 16) { (steps[group], offsets[group]) = (step(group), offset(group)) }
    for i in 0..<length { codes[i] = code(i) }
  }
}

/// A type of blocks whose products with activations are computed with integers. formats/products.md.
public protocol IntegerCoded: BlockDecoder {
  /// What ggml quantizes activations to before it multiplies them with blocks of this type: Q8_0, Q8_1 or Q8_K.
  static var activationType: ElementType { get }

  /// Takes a block apart.
  static func unpack(_ block: Span<UInt8>) -> IntegerBlock
}

extension ElementType {
  /// How products with blocks of this type are computed with integers; nil where they are computed with floats, or not
  /// at all.
  public var integerCoded: (any IntegerCoded.Type)? { decoder as? any IntegerCoded.Type }
}
