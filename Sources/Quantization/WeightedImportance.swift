/// What the error of each weight of a group counts for, where the importance of its column is given: large weights count
/// for more. formats/q4_0.md.
struct WeightedImportance<let count: Int> {
  private(set) var values = InlineArray<count, Float>(repeating: 0)
  /// What an error of the group's scale counts for.
  private(set) var sum: Float = 0

  /// - Parameters:
  ///   - x: The weights of the group.
  ///   - importance: Those of their columns.
  ///   - level: The mean square of a larger group of weights, or twice that.
  init(_ x: Span<Float>, importance: Span<Float>, level: Float) {
    for i in 0..<count {
      values[i] = importance[i] * (level + x[i] * x[i]).squareRoot()
      sum += values[i]
    }
  }
}
