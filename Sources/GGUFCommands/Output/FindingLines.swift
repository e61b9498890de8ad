internal import TensorCore
internal import Verification

/// Findings as lines.
enum FindingLines {
  /// How many tensors of one kind of finding are named.
  private static let namedCount = 3

  /// A line for each finding, but one for errors that are said of many tensors in the same words, and one for warnings of
  /// one kind, with the words of the first.
  static func text(_ findings: [Finding]) -> String {
    var groups: [(finding: Finding, tensors: [String])] = []
    for finding in findings {
      if let tensor = finding.tensor, let last = groups.indices.last, isSame(finding, groups[last].finding) {
        groups[last].tensors.append(tensor)
      } else {
        groups.append((finding, finding.tensor.map { [$0] } ?? []))
      }
    }
    return groups.map { line($0, of: $1) + "\n" }.joined()
  }

  private static func isSame(_ finding: Finding, _ other: Finding) -> Bool {
    finding.rule == other.rule && finding.severity == other.severity
      && (finding.severity == .warning || finding.message == other.message)
  }

  /// `error: tensor "a": has the shape [2], the source [3]`, `error: tensor "a": is in the source and not in the file; so it
  /// is with "b", "c", and 4 more`.
  private static func line(_ finding: Finding, of tensors: [String]) -> String {
    let start = "\(finding.severity.rawValue): "
    guard let first = tensors.first else { return start + finding.message }
    let others = tensors.dropFirst()
    let named = others.prefix(namedCount - 1).map { $0.quoted() }.joined(separator: ", ")
    let rest = others.count - others.prefix(namedCount - 1).count
    return "\(start)tensor \(first.quoted()): \(finding.message)"
      + (others.isEmpty ? "" : "; so it is with \(named)" + (rest > 0 ? ", and \(rest) more" : ""))
  }
}
