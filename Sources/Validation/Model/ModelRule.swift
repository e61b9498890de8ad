/// A rule that is about what a model's headers say: each is a type with its ``Rule`` and its check.
package protocol ModelRule: SendableMetatype {
  static var rule: Rule { get }

  /// Whether the check goes through the elements of arrays, such as a vocabulary, through a chat template, or compares all
  /// names with each other: then it is left out where somebody only wants a glance at a file.
  static var isThorough: Bool { get }

  /// Adds a finding for every place where the model breaks the rule.
  ///
  /// - Complexity: Bounded by the size of the headers. Whatever they say may be an attack: no sum, product or index
  ///   of a number in them without a check.
  static func check(_ model: ValidatedModel, _ findings: inout FindingList)
}

extension ModelRule {
  package static var isThorough: Bool { false }
}
