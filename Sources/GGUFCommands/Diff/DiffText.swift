internal import Inspection
internal import TensorCore

/// A comparison in words and tables.
struct DiffText {
  private let comparison: CheckpointComparison
  /// The most lines of a list.
  private let limit: Int

  init(_ comparison: CheckpointComparison, limit: Int) { (self.comparison, self.limit) = (comparison, limit) }

  func rendered() -> String {
    let (a, b, summary) = (comparison.a, comparison.b, DiffSummary(comparison))
    let facts = factTable
    var text = "\(a.name.printable) -> \(b.name.printable)\n" + (facts.isEmpty ? "" : facts.rendered(indent: "  "))
    if let counts = summary.metadataCounts {
      text += "metadata: \(counts)\n"
      if case .compared(let metadata) = comparison.metadata {
        text += MetadataDiffText.rendered(metadata, limit: max(limit, 256))
      }
    }
    if let counts = summary.tensorCounts, let plan = comparison.plan {
      text += "tensors: \(counts)\n" + headerLines(plan) + contentLines(plan)
      text += WeightDiffText(comparison, limit: limit).rendered()
    }
    if !comparison.isDifferent { text += verdict + "\n" }
    return text
  }

  /// Where nothing that was compared differs.
  private var verdict: String {
    let other = isAnythingIgnored ? "other " : ""
    if comparison.plan == nil { return "no \(other)metadata differs" }
    guard case .compared = comparison.metadata else { return "no \(other)tensor differs" }
    return isAnythingIgnored ? "nothing else differs" : "nothing differs"
  }

  private var isAnythingIgnored: Bool {
    if case .compared(let metadata) = comparison.metadata, metadata.ignored > 0 { return true }
    return comparison.plan.map { $0.ignored > 0 } ?? false
  }

  /// What is not the same of the checkpoints as a whole.
  private var factTable: TextTable {
    let (a, b) = (comparison.a, comparison.b)
    var table = TextTable([("", .left), ("A", .left), ("B", .left)])
    func row(_ name: String, _ value: (CheckpointFacts) -> String) {
      if value(a) != value(b) { table.add([name, value(a), value(b)]) }
    }
    row("format") { facts in facts.format + (facts.version.map { " v\($0)" } ?? "") }
    if a.byteOrder != nil && b.byteOrder != nil {
      row("byte order") { $0.byteOrder.map { "\($0.rawValue)-endian" } ?? "" }
      row("alignment") { $0.alignment.map(String.init) ?? "" }
    }
    row("size") { "\(Numbers.grouped($0.size)) bytes in \(Numbers.counted($0.files, "file"))" }
    row("tensors") { Numbers.grouped($0.mix.tensors) }
    row("parameters") { Numbers.grouped($0.mix.parameters) }
    row("bits a weight") { Numbers.fixed($0.mix.bitsPerWeight, 2) }
    row("types") { facts in
      let shares = facts.mix.shares.map { "\(Numbers.grouped($0.tensors)) \($0.type)" }
      if shares.isEmpty { return "none" }
      return shares.prefix(6).joined(separator: ", ") + (shares.count > 6 ? ", ..." : "")
    }
    return table
  }

  /// Tensors that differ by what the headers say.
  private func headerLines(_ plan: ComparisonPlan) -> String {
    func described(_ tensor: TensorDescription) -> String {
      "\(tensor.name.quoted()): \(tensor.elementType.name) \(tensor.shape)"
    }
    var text = list(plan.removed) { "- \(described($0))" } + list(plan.added) { "+ \(described($0))" }
    text += list(plan.reshaped) { reshape in
      let (a, b) = (reshape.a, reshape.b)
      let type =
        a.elementType == b.elementType ? "" : ", \(a.elementType.name) -> \(b.elementType.name)"
      return "~ \(b.name.quoted()): \(a.shape) -> \(b.shape)\(type)"
    }
    text += retypedLines(plan)
    if plan.pairs.isEmpty && plan.reshaped.isEmpty && !plan.removed.isEmpty && !plan.added.isEmpty {
      text += "  no name is in both: --rename writes others for those of A\n"
    }
    if plan.isReordered { text += "  the data of tensors that both have stands in another order\n" }
    return text
  }

  /// One line for each pair of types; where all are to be named, one for each tensor.
  private func retypedLines(_ plan: ComparisonPlan) -> String {
    if limit == .max {
      return list(plan.pairs.filter(\.isRetyped)) {
        "~ \($0.b.name.quoted()): \($0.a.elementType.name) -> \($0.b.elementType.name)"
      }
    }
    var names: [[ElementType]: [String]] = [:]
    for pair in plan.pairs where pair.isRetyped {
      names[[pair.a.elementType, pair.b.elementType], default: []].append(pair.b.name)
    }
    return names.sorted {
      ($1.value.count, $0.key[0].name, $0.key[1].name) < ($0.value.count, $1.key[0].name, $1.key[1].name)
    }
    .map { types, names in
      let shown = min(names.count, 3)
      let list = names.prefix(shown).map { $0.quoted() }.joined(separator: ", ")
      return "  ~ \(types[0].name) -> \(types[1].name): \(Numbers.counted(names.count, "tensor")), \(list)"
        + (names.count > shown ? ", and \(Numbers.grouped(names.count - shown)) more" : "") + "\n"
    }.joined()
  }

  /// Tensors whose contents differ in a way that no figure of weights tells.
  private func contentLines(_ plan: ComparisonPlan) -> String {
    var lines: [String] = []
    for (pair, outcome) in zip(plan.pairs, comparison.outcomes) {
      let name = pair.b.name.quoted()
      switch outcome {
      case .notComparable(let reason): lines.append("~ \(name) \(reason)")
      case .measured(let difference):
        lines += Self.sentences(pair, difference).map { "~ \(name): \($0)" }
      case .identical, .changed, .retyped: break
      }
    }
    return list(lines) { $0 }
  }

  private static func sentences(_ pair: ComparisonPlan.Pair, _ difference: TensorDifference) -> [String] {
    let (count, differing) = (Numbers.grouped(difference.count), Numbers.grouped(difference.differing))
    let verb = difference.differing == 1 ? "differs" : "differ"
    let row = pair.a.shape.rowLength
    switch pair.measure {
    case .integers:
      guard let first = difference.first else { return [] }
      return ["\(differing) of \(count) integers \(verb), the first in row \(first / row), column \(first % row)"]
    case .blocks:
      guard let first = difference.first else { return [] }
      return [
        "\(pair.a.elementType.name) is not decoded; \(differing) of \(count) blocks \(verb), the first is \(first)"
      ]
    case .weights:
      var sentences: [String] = []
      if difference.differing == 0 && !pair.isRetyped { sentences.append("other bytes, the same weights") }
      if difference.notFiniteInA + difference.notFiniteInB > 0 {
        sentences.append(
          "\(Numbers.counted(difference.notFiniteInA, "weight")) of A and \(Numbers.grouped(difference.notFiniteInB)) of B "
            + "are NaN or infinite, and left out of the figures")
      }
      return sentences
    case .impossible: return []
    }
  }

  /// A line for each, as many as are wanted, and how many there are besides.
  private func list<Item>(_ items: [Item], _ line: (Item) -> String) -> String {
    items.prefix(limit).map { "  \(line($0))\n" }.joined()
      + (items.count > limit ? "  and \(Numbers.grouped(items.count - limit)) more (--all names them)\n" : "")
  }
}
