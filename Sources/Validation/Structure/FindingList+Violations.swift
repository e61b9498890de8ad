internal import TensorCore

extension FindingList {
  /// Adds that there are more violations than a survey kept.
  ///
  /// - Parameter counted: All of them.
  mutating func addUntold(counted: Int, kept: Int, file: Int) {
    guard counted > kept else { return }
    add(
      FileRules.manyViolations, at: .init(file: file),
      "\(Numbers.grouped(counted - kept)) more than the \(Numbers.counted(kept, "violation")) that are told apart")
  }

  /// Adds the rule that a violation breaks, at the place that it names.
  ///
  /// - Parameter key: The metadata key that it is about, where the violation does not know.
  mutating func add(_ violation: some PlacedViolation, _ rule: Rule, file: Int, key: String? = nil) {
    add(
      rule, at: .init(file: file, tensor: violation.tensor, key: violation.key ?? key, offset: violation.offset),
      violation.message)
  }
}
