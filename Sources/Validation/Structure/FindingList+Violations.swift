internal import TensorCore

extension FindingList {
  /// Adds the rule that a violation breaks, at the place that it names.
  ///
  /// - Parameter key: The metadata key that it is about, where the violation does not know.
  mutating func add(_ violation: some PlacedViolation, _ rule: Rule, file: Int, key: String? = nil) {
    add(
      rule, at: .init(file: file, tensor: violation.tensor, key: violation.key ?? key, offset: violation.offset),
      violation.message)
  }
}
