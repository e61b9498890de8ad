/// A corner of a matrix of columns x columns, which stands row by row in a buffer: the columns that are worked on.
public struct MatrixCorner {
  /// Where the row and the column of the first of them meet.
  public let start: Int
  /// Elements from one row to the next.
  public let stride: Int

  public init(start: Int, stride: Int) { (self.start, self.stride) = (start, stride) }
}

// Both take a stretch of columns of one row: some of a block's, in the order in which they are quantized. Sums are binary32,
// in the order that is written. formats/error-feedback.md.
extension BlockGrid {
  /// Quantizes weights one after the other; what each is wrong by moves the targets of those that come later.
  ///
  /// - Parameters:
  ///   - weights: The row's weights.
  ///   - targets: What they are to be nearest to, moved by all columns before the stretch; afterwards by those in it, too.
  ///   - start: The place of the stretch in both, and in `errors`.
  ///   - places: For each column of the stretch its place in the block.
  ///   - factors: How far an error of one column moves the target of another: `corner` is that of the stretch.
  ///   - codes: Receives the codes at their places in the block, from `codeStart` on.
  ///   - errors: Receives weight - decoded weight.
  public func feedBack(
    _ weights: Span<Float>, targets: inout MutableSpan<Float>, from start: Int, places: Span<Int>, factors: Span<Float>,
    _ corner: MatrixCorner, codes: inout MutableSpan<UInt8>, at codeStart: Int, errors: inout MutableSpan<Float>
  ) {
    for j in 0..<places.count {
      let (code, decoded) = nearest(to: targets[start + j], at: places[j])
      codes[codeStart + places[j]] = code
      let error = weights[start + j] - decoded
      errors[start + j] = error
      let row = corner.start + j * corner.stride
      for k in (j + 1)..<max(j + 1, places.count) { targets[start + k] += error * factors[row + k] }
    }
  }

  /// Chooses each code anew, all others being what they are: the one that leaves the least error of the output.
  ///
  /// - Parameters:
  ///   - gradients: Of the row: errors x Hessian. Those of the stretch are not changed here.
  ///   - start: The place of the stretch in it, and in `errors`.
  ///   - places: For each column of the stretch its place in the block.
  ///   - hessian: The Hessian; `corner` is that of the stretch.
  ///   - codes: The codes of the block, from `codeStart` on.
  ///   - errors: Weight - decoded weight.
  ///   - changes: Receives, from `changeStart` on, what the errors of the stretch have changed by.
  public func descend(
    gradients: Span<Float>, from start: Int, places: Span<Int>, hessian: Span<Float>, _ corner: MatrixCorner,
    codes: inout MutableSpan<UInt8>, at codeStart: Int, errors: inout MutableSpan<Float>,
    changes: inout MutableSpan<Float>, at changeStart: Int
  ) {
    for j in 0..<places.count {
      let row = corner.start + j * corner.stride
      var gradient = gradients[start + j]
      for k in 0..<j { gradient += changes[changeStart + k] * hessian[row + k] }
      let old = codes[codeStart + places[j]]
      let decoded = weight(of: old, at: places[j])
      let (code, moved) = nearest(to: decoded + gradient / hessian[row + j], at: places[j])
      var change: Float = 0
      if code != old {
        codes[codeStart + places[j]] = code
        change = decoded - moved
        errors[start + j] += change
      }
      changes[changeStart + j] = change
    }
  }
}
