internal import Inspection
internal import TensorCore

/// A comparison in one line, and the counts in it.
struct DiffSummary {
  let comparison: CheckpointComparison

  init(_ comparison: CheckpointComparison) { self.comparison = comparison }

  /// `a.gguf and b.gguf differ: metadata: 1 added, 20 identical; tensors: 3 changed, 101 identical`.
  var line: String {
    let names = "\(comparison.a.name.printable) and \(comparison.b.name.printable)"
    let parts = [metadataCounts.map { "metadata: \($0)" }, tensorCounts.map { "tensors: \($0)" }].compactMap { $0 }
    return "\(names) \(comparison.isDifferent ? "differ" : "do not differ"): \(parts.joined(separator: "; "))\n"
  }

  /// nil where metadata was not asked for.
  var metadataCounts: String? {
    switch comparison.metadata {
    case .notAsked: return nil
    case .formatsDiffer(let a, let b):
      return "not compared between \(comparison.a.format) (\(Numbers.counted(a, "key"))) and \(comparison.b.format) "
        + "(\(Numbers.counted(b, "key")))"
    case .compared(let metadata):
      return Self.list([
        (metadata.added.count, "added"), (metadata.removed.count, "removed"), (metadata.changed.count, "changed"),
        (metadata.same, "identical"), (metadata.ignored, "ignored"),
      ])
    }
  }

  /// nil where tensors were not asked for.
  var tensorCounts: String? {
    guard let plan = comparison.plan else { return nil }
    let counts = comparison.counts
    return Self.list([
      (plan.added.count, "added"), (plan.removed.count, "removed"), (plan.reshaped.count, "reshaped"),
      (counts.retyped, "retyped"), (counts.changed, "changed"), (counts.notComparable, "not comparable"),
      (counts.identical, "identical"), (plan.ignored, "ignored"),
    ])
  }

  private static func list(_ counts: [(Int, String)]) -> String {
    let parts = counts.filter { $0.0 > 0 }.map { "\(Numbers.grouped($0)) \($1)" }
    return parts.isEmpty ? "none" : parts.joined(separator: ", ")
  }
}
