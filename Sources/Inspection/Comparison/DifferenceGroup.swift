internal import TensorCore
public import Verification

/// Tensors of a layer or of a kind together: how many differ, and by how much.
public struct DifferenceGroup: Sendable {
  /// The number of the layer, where the group is one; nil for tensors of none.
  public let layer: Int?
  /// The name with `*` for the layer, where the group is a kind.
  public let kind: String?
  /// Tensors that both have with the same shape.
  public private(set) var tensors = 0
  /// Those that are not the same in both.
  public private(set) var different = 0
  /// Weights of those that were decoded and measured.
  public private(set) var weights = 0
  public private(set) var differingWeights = 0
  /// The figures of the same weights.
  public private(set) var sums = ErrorSums()

  private init(layer: Int? = nil, kind: String? = nil) { (self.layer, self.kind) = (layer, kind) }

  private mutating func add(_ outcome: CheckpointComparison.Outcome, isDifferent: Bool) {
    tensors += 1
    if isDifferent { different += 1 }
    guard case .measured(let difference) = outcome, let loss = difference.loss else { return }
    weights += difference.count
    differingWeights += difference.differing
    sums.add(loss.sums)
  }

  private static func groups<Key: Hashable>(
    _ comparison: CheckpointComparison, _ key: (LayerName) -> Key, _ make: (Key) -> DifferenceGroup
  ) -> [DifferenceGroup] {
    var indices: [Key: Int] = [:]
    var groups: [DifferenceGroup] = []
    for (index, pair) in (comparison.plan?.pairs ?? []).enumerated() {
      // As B has it: where A is renamed, B's names are those that the two have in common.
      let key = key(LayerName(pair.b.name))
      let place = indices[key] ?? groups.count
      if place == groups.count {
        indices[key] = place
        groups.append(make(key))
      }
      groups[place].add(comparison.outcomes[index], isDifferent: comparison.isDifferent(pair: index))
    }
    return groups
  }

  /// By layer, ascending; tensors of none first.
  public static func layers(of comparison: CheckpointComparison) -> [DifferenceGroup] {
    groups(comparison, \.layer) { DifferenceGroup(layer: $0) }.sorted { $0.layer ?? -1 < $1.layer ?? -1 }
  }

  /// By kind, the one that differs most first.
  public static func kinds(of comparison: CheckpointComparison) -> [DifferenceGroup] {
    groups(comparison, \.kind) { DifferenceGroup(kind: $0) }.sorted {
      ($0.sums.relativeRMSE, $1.kind ?? "") > ($1.sums.relativeRMSE, $0.kind ?? "")
    }
  }

  /// All of them.
  public static func whole(of comparison: CheckpointComparison) -> DifferenceGroup {
    groups(comparison, { _ in 0 }) { _ in DifferenceGroup() }.first ?? DifferenceGroup()
  }
}
