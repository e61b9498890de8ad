internal import Quantization
internal import Synchronization

/// What the threads have found so far of tensors and the types on whose grids they may be.
final class GridLedger: Sendable {
  /// Of one type, in some blocks of a tensor.
  struct Tally {
    var missed = 0
    var match = GridMatch.identical
  }

  /// nil for a type of which the tensor is on no grid; by tensor, then by candidate.
  private let tallies: Mutex<[[Tally?]]>

  init(candidates: [Int]) {
    tallies = Mutex(candidates.map { Array(repeating: Tally(), count: $0) })
  }

  /// The candidates of a tensor that no chunk has ruled out.
  func open(_ tensor: Int) -> [Int] {
    tallies.withLock { tallies in tallies[tensor].indices.filter { tallies[tensor][$0] != nil } }
  }

  /// - Parameter tally: nil where a block is on no grid.
  func enter(_ tally: Tally?, _ tensor: Int, _ candidate: Int) {
    tallies.withLock { tallies in
      guard let tally, var sum = tallies[tensor][candidate] else { return tallies[tensor][candidate] = nil }
      sum.missed += tally.missed
      sum.match = min(sum.match, tally.match)
      tallies[tensor][candidate] = sum
    }
  }

  subscript(tensor: Int, candidate: Int) -> Tally? { tallies.withLock { $0[tensor][candidate] } }
}
