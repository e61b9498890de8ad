public import TensorCore

/// What the weights of one block can be, its scales being what they are: weight = step * value - shift, with a step and a
/// shift for each sub-block, and the values that codes stand for.
public struct BlockGrid {
  private let values: CodeValues
  /// Weights of a sub-block.
  private let length: Int
  private var steps = InlineArray<16, Float>(repeating: 0)
  private var shifts = InlineArray<16, Float>(repeating: 0)
  private var inverses = InlineArray<16, Float>(repeating: 0)

  /// - Parameter subBlock: The step and the shift of a sub-block.
  init(_ values: CodeValues, length: Int, of weights: Int, subBlock: (Int) -> (step: Float, shift: Float)) {
    (self.values, self.length) = (values, length)
    for sub in 0..<(weights / length) {
      let (step, shift) = subBlock(sub)
      (steps[sub], shifts[sub], inverses[sub]) = (step, shift, BlockArithmetic.reciprocal(step))
    }
  }

  /// One step for the whole block.
  init(_ values: CodeValues, of weights: Int, step: Float, shift: Float = 0) {
    self.init(values, length: weights, of: weights) { _ in (step, shift) }
  }

  /// The code of the weight that is nearest to a number, and that weight, as the decoder makes it; the place of it in the
  /// block decides the sub-block.
  ///
  /// NaN has the lowest code. Where the step is 0 all weights are the same, and the code is that of the value 0, or the one
  /// next to it.
  @inline(__always)
  public func nearest(to target: Float, at place: Int) -> (code: UInt8, weight: Float) {
    let sub = place / length
    let code = values.code((target + shifts[sub]) * inverses[sub])
    return (code, weight(of: code, at: place))
  }

  /// What a code stands for.
  @inline(__always)
  public func weight(of code: UInt8, at place: Int) -> Float {
    let sub = place / length
    return steps[sub] * values.value(of: code) - shifts[sub]
  }
}

/// A type whose codes can be chosen one by one once its scales stand: what error feedback needs.
public protocol FeedbackCodec: SearchCodec {
  /// The grid that the scales of a block give, any bytes.
  static func grid(of block: Span<UInt8>) -> BlockGrid

  /// Replaces the codes of a block, one a weight, and leaves its scales.
  static func storeCodes(_ codes: Span<UInt8>, into bytes: inout MutableSpan<UInt8>, at offset: Int)
}

extension ElementType {
  /// How errors are fed back into weights of this type that come later; nil where that is not known.
  public var feedbackCodec: (any FeedbackCodec.Type)? { codec as? any FeedbackCodec.Type }
}
