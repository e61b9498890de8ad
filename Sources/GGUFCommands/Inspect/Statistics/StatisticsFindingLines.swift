internal import Inspection
internal import TensorCore

/// What looks odd, a line each; of several tensors with the same kind of oddity the first in words.
enum StatisticsFindingLines {
  private static let namedCount = 3

  static func text(_ findings: [StatisticsFinding]) -> String {
    StatisticsFinding.Rule.allCases.map { rule in
      let tensors = findings.filter { $0.rule == rule }
      guard let first = tensors.first else { return "" }
      let others = tensors.dropFirst()
      let named = others.prefix(namedCount - 1).map { $0.tensor.quoted() }.joined(separator: ", ")
      let rest = others.count - others.prefix(namedCount - 1).count
      return "warning: tensor \(first.tensor.quoted()): \(first.message)"
        + (others.isEmpty ? "" : "; so it is with \(named)" + (rest > 0 ? ", and \(rest) more" : "")) + "\n"
    }.joined()
  }
}
