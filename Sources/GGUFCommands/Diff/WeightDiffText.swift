internal import Inspection
internal import TensorCore
internal import Verification

/// How far weights are from each other: in a sentence, by layer, by kind, and the tensors that changed most.
struct WeightDiffText {
  private let comparison: CheckpointComparison
  /// The most lines of a list.
  private let limit: Int
  private let glyphs = Terminal.current.glyphs

  init(_ comparison: CheckpointComparison, limit: Int) { (self.comparison, self.limit) = (comparison, limit) }

  /// Nothing where no weights were measured.
  func rendered() -> String {
    let whole = DifferenceGroup.whole(of: comparison)
    guard whole.weights > 0 else { return "" }
    let layers = DifferenceGroup.layers(of: comparison)
    var text = sentence(whole, layers)
    if whole.differingWeights == 0 { return text }
    if layers.contains(where: { $0.layer != nil }) {
      // No model has so many layers, but a file may say so.
      text += table(layers.prefix(max(limit, 256)), "layer") { $0.layer.map(String.init) ?? "none" }
      if layers.count > max(limit, 256) { text += more(layers.count - max(limit, 256)) }
      let kinds = DifferenceGroup.kinds(of: comparison).filter { $0.different > 0 }
      text += table(kinds.prefix(limit), "kind") { ($0.kind ?? "").shortened }
      if kinds.count > limit { text += more(kinds.count - limit) }
    }
    return text + tensorTable
  }

  private func more(_ count: Int) -> String { "  and \(Numbers.grouped(count)) more (--all names them)\n" }

  private func sentence(_ whole: DifferenceGroup, _ layers: [DifferenceGroup]) -> String {
    let weights = "the \(Numbers.grouped(whole.weights)) in tensors that are not identical"
    if whole.differingWeights == 0 { return "weights: all of \(weights) have the same values\n" }
    let share = Self.share(whole.differingWeights, of: whole.weights)
    var text = "weights: \(share) of \(weights) differ; relative RMSE "
    text += "\(Numbers.significant(whole.sums.relativeRMSE)), cosine \(Self.cosine(whole.sums))"
    let numbered = layers.filter { $0.layer != nil && $0.weights > 0 }
    if let most = numbered.max(by: { $0.sums.relativeRMSE < $1.sums.relativeRMSE }), numbered.count > 1 {
      text += "; most in layer \(most.layer ?? 0)"
    }
    return text + "\n"
  }

  private func table(
    _ groups: some Collection<DifferenceGroup>, _ title: String, _ name: (DifferenceGroup) -> String
  ) -> String {
    var table = TextTable([
      (title, .left), ("changed", .right), ("weights", .right), ("relative RMSE", .right), ("cosine", .right),
      ("", .left),
    ])
    let largest = groups.lazy.map(\.sums.relativeRMSE).filter(\.isFinite).max() ?? 0
    for group in groups {
      let cells = [name(group), "\(Numbers.grouped(group.different)) of \(Numbers.grouped(group.tensors))"]
      table.add(cells + self.cells(group, largest: largest))
    }
    return table.rendered(indent: "  ")
  }

  private func cells(_ group: DifferenceGroup, largest: Double) -> [String] {
    if group.weights == 0 { return ["", "", "", ""] }
    let error = group.sums.relativeRMSE
    return [
      Self.share(group.differingWeights, of: group.weights), Numbers.significant(error), Self.cosine(group.sums),
      HorizontalBar.text(
        error.isFinite ? (largest > 0 ? error / largest : 0) : 1, width: 16, glyphs: glyphs),
    ]
  }

  private var tensorTable: String {
    var rows: [(pair: ComparisonPlan.Pair, difference: TensorDifference, loss: TensorLoss)] = []
    for (pair, outcome) in zip(comparison.plan?.pairs ?? [], comparison.outcomes) {
      guard case .measured(let difference) = outcome, let loss = difference.loss, difference.differing > 0 else {
        continue
      }
      rows.append((pair, difference, loss))
    }
    // Equal ones in the order of A.
    let order = rows.indices.sorted { left, right in
      let (x, y) = (rows[left].loss.sums.relativeRMSE, rows[right].loss.sums.relativeRMSE)
      return x == y ? left < right : x > y
    }
    var table = TextTable([
      ("most changed tensors", .left), ("type", .left), ("weights", .right), ("relative RMSE", .right),
      ("cosine", .right), ("largest change at row, column", .left),
    ])
    for index in order.prefix(limit) {
      let (pair, difference, loss) = rows[index]
      let (a, b) = (pair.a.elementType.name, pair.b.elementType.name)
      let row = pair.a.shape.rowLength
      table.add([
        pair.b.name.printable.shortened, a == b ? a : "\(a) -> \(b)",
        Self.share(difference.differing, of: difference.count), Numbers.significant(loss.sums.relativeRMSE),
        Self.cosine(loss.sums),
        loss.maximum.map {
          "\(Numbers.significant($0.error)) at \($0.element / row), \($0.element % row)"
        } ?? "",
      ])
    }
    return table.rendered(indent: "  ") + (rows.count > limit ? more(rows.count - limit) : "")
  }

  private static func cosine(_ sums: ErrorSums) -> String { sums.nmse == 0 ? "1" : Numbers.fixed(sums.cosine, 6) }

  /// `12.3 %`; where they are few, how many; all and nothing only where it is.
  private static func share(_ count: Int, of all: Int) -> String {
    if count == 0 { return "0" }
    if count == all { return "100 %" }
    let percent = Double(count) / Double(all) * 100
    return percent < 0.1 ? Numbers.grouped(count) : percent > 99.9 ? "> 99.9 %" : "\(Numbers.fixed(percent, 1)) %"
  }
}

extension String {
  /// At most 40 characters: of longer names, the start and the end.
  fileprivate var shortened: String { count <= 40 ? self : "\(prefix(16))...\(suffix(21))" }
}
