internal import GGUF
public import TensorCore

/// What changed from checkpoint A to checkpoint B.
public struct CheckpointComparison: Sendable {
  /// What became of the metadata.
  public enum Metadata: Sendable {
    case compared(MetadataComparison)
    /// The formats keep other things under other keys; how many keys each has.
    case formatsDiffer(a: Int, b: Int)
    case notAsked
  }

  /// What became of a tensor that both have, with the same shape.
  public enum Outcome: Sendable, Hashable {
    /// The bytes are the same.
    case identical
    case measured(TensorDifference)
    /// The bytes differ; by how much was not asked.
    case changed
    /// The types differ; whether the weights do was not asked.
    case retyped
    /// The end of a sentence that begins with the tensor.
    case notComparable(String)
  }

  public let a: CheckpointFacts
  public let b: CheckpointFacts
  public let metadata: Metadata
  /// nil where tensors were not asked for.
  public let plan: ComparisonPlan?
  /// For each pair of the plan.
  public let outcomes: [Outcome]

  /// - Parameters:
  ///   - changed: Pairs of the plan whose bytes differ.
  ///   - differences: What was measured, by the numbers of the pairs.
  public init(
    a: CheckpointFacts, b: CheckpointFacts, metadata: Metadata, plan: ComparisonPlan?, changed: [Int],
    differences: [Int: TensorDifference]
  ) {
    (self.a, self.b, self.metadata, self.plan) = (a, b, metadata, plan)
    let changed = Set(changed)
    outcomes = (plan?.pairs ?? []).enumerated().map { index, pair in
      if case .impossible(let reason) = pair.measure { return .notComparable(reason) }
      if let difference = differences[index] { return .measured(difference) }
      if pair.isRetyped { return .retyped }
      return changed.contains(index) ? .changed : .identical
    }
  }

  /// Compares the metadata of two checkpoints, where both are of one format.
  public static func metadata(
    _ a: any TensorSource, _ b: any TensorSource, ignores: (String) -> Bool
  ) -> Metadata {
    let (left, right) = (CheckpointMetadata.entries(of: a), CheckpointMetadata.entries(of: b))
    if a.formatName == b.formatName { return .compared(MetadataComparison(left, right, ignores: ignores)) }
    return .formatsDiffer(a: left.count, b: right.count)
  }

  /// Whether the pair of that number is not the same in both: another type, other bytes, or not known to be the same.
  public func isDifferent(pair index: Int) -> Bool {
    guard let pair = plan?.pairs[index] else { return false }
    return switch outcomes[index] {
    case .identical: false
    case .measured(let difference): pair.isRetyped || pair.comparesBytes || difference.differing > 0
    case .changed, .retyped, .notComparable: true
    }
  }

  /// Whether anything that was compared is not the same. How it is stored (format, byte order, alignment, files, order of
  /// tensors) does not count.
  public var isDifferent: Bool {
    if case .compared(let metadata) = metadata, metadata.isDifferent { return true }
    guard let plan else { return false }
    return !(plan.added.isEmpty && plan.removed.isEmpty && plan.reshaped.isEmpty)
      || outcomes.indices.contains { isDifferent(pair: $0) }
  }
}

extension CheckpointComparison {
  /// The metadata keys of a checkpoint of any format.
  public static func metadataKeys(of source: any TensorSource) -> [String] {
    CheckpointMetadata.entries(of: source).map(\.key)
  }

  /// How many of what differs: one entry a noun of a summary.
  public struct Counts: Sendable, Hashable {
    public var identical = 0
    /// Of the same type, with other contents.
    public var changed = 0
    public var retyped = 0
    /// Of a pair of types, or byte orders, that cannot be compared; not counted as retyped.
    public var notComparable = 0
  }

  /// Of the pairs of the plan, how many are what.
  public var counts: Counts {
    var counts = Counts()
    for (index, pair) in (plan?.pairs ?? []).enumerated() {
      if case .notComparable = outcomes[index] {
        counts.notComparable += 1
      } else if pair.isRetyped {
        counts.retyped += 1
      } else if isDifferent(pair: index) {
        counts.changed += 1
      } else {
        counts.identical += 1
      }
    }
    return counts
  }
}
