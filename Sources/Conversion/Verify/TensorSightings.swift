internal import Checkpoints
internal import Quantization

/// What was seen in a tensor, or in a chunk of it, besides figures.
struct TensorSightings: Sendable {
  /// Elements of the file, and of the source, that are not finite.
  var notFinite = Sightings()
  var sourceNotFinite = Sightings()
  /// How many of the file's are not finite because F16 does not hold the source's.
  var overflows = 0
  /// Elements of integers that differ.
  var integers = Sightings()
  /// Blocks with a weight beyond its bound.
  var blocksBeyondBound = Sightings()
  /// The first weight beyond its bound in the first of them.
  var weightBeyondBound: WeightBeyondBound?
  /// The first byte that is not that of the source quantized again.
  var difference: ExactComparison.Difference?

  /// Adds what was seen in another chunk, which may stand before or behind.
  mutating func add(_ other: TensorSightings) {
    notFinite.add(other.notFinite)
    sourceNotFinite.add(other.sourceNotFinite)
    overflows += other.overflows
    integers.add(other.integers)
    if let block = other.blocksBeyondBound.first, block < blocksBeyondBound.first ?? .max {
      weightBeyondBound = other.weightBeyondBound
    }
    blocksBeyondBound.add(other.blocksBeyondBound)
    if let found = other.difference, found.offset < difference?.offset ?? .max { difference = found }
  }
}
