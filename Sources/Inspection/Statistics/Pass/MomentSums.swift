internal import Kernels
internal import TensorCore

/// The sums of weights and of their squares, of stretches that are added in their order.
struct MomentSums: Sendable {
  private var weights = CompensatedSum()
  private var squares = CompensatedSum()

  mutating func add(_ stretch: StretchSums) {
    weights.add(stretch.weights)
    squares.add(stretch.squares)
  }

  mutating func add(_ next: MomentSums) {
    weights.add(next.weights)
    squares.add(next.squares)
  }

  /// - Parameter elements: All weights, those that are not finite too.
  func figures(_ counts: MomentCounts, elements: Int) -> WeightFigures {
    let count = elements - counts.notANumber - counts.infinite
    let total = Double(max(1, count))
    let (mean, meanSquare) = (weights.value / total, squares.value / total)
    // Adding 0 makes 0 of -0.
    return WeightFigures(
      count: count, minimum: count == 0 ? 0 : counts.smallest + 0, maximum: count == 0 ? 0 : counts.largest + 0,
      mean: mean + 0, rms: meanSquare.squareRoot(),
      standardDeviation: max(0, meanSquare - mean * mean).squareRoot(), zeros: counts.zeros,
      notANumber: counts.notANumber, infinite: counts.infinite)
  }
}
