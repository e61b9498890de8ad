internal import Checkpoints
public import Verification

/// How far a tensor of B is from that of A: figures of what was decoded, or counts of what cannot be.
public struct TensorDifference: Sendable, Hashable {
  /// Weights, integers or blocks compared.
  public internal(set) var count = 0
  var places = Sightings()
  /// The figures of weights, those of A being the original; weights that are not finite in one of the two count as 0 in
  /// both. nil for what is not decoded.
  public internal(set) var loss: TensorLoss?
  /// Weights that are NaN or infinite.
  public internal(set) var notFiniteInA = 0
  public internal(set) var notFiniteInB = 0

  /// How many weights, integers or blocks differ: numbers that are not equal and, of NaN, other bits.
  public var differing: Int { places.count }
  /// The number of the first that differs, counted row by row.
  public var first: Int? { places.first }

  /// Adds the stretch that follows.
  mutating func add(_ next: TensorDifference) {
    count += next.count
    places.add(next.places)
    notFiniteInA += next.notFiniteInA
    notFiniteInB += next.notFiniteInB
    if let part = next.loss {
      if loss == nil { loss = part } else { loss?.add(part) }
    }
  }
}

/// What the threads have found so far, tensor by tensor: chunks are added in their order, so that no figure depends on
/// threads.
struct DifferenceLedger: Sendable {
  private struct Entry {
    var sum = TensorDifference()
    var next = 0
    var waiting: [Int: TensorDifference] = [:]
  }

  private var entries: [Int: Entry] = [:]

  /// - Parameters:
  ///   - tensor: The number of the chunk's tensor.
  ///   - index: That of the chunk within it.
  mutating func enter(_ part: TensorDifference, tensor: Int, index: Int) {
    var entry = entries.removeValue(forKey: tensor) ?? Entry()
    entry.waiting[index] = part
    while let part = entry.waiting.removeValue(forKey: entry.next) {
      entry.sum.add(part)
      entry.next += 1
    }
    entries[tensor] = entry
  }

  func difference(of tensor: Int) -> TensorDifference { entries[tensor]?.sum ?? TensorDifference() }
}
