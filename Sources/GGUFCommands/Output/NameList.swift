internal import TensorCore

/// Names in a sentence.
enum NameList {
  /// How many are named one by one.
  private static let named = 3

  /// `"a", "b", "c", and 4 more`.
  static func text(_ names: [String]) -> String {
    names.prefix(named).map { $0.quoted() }.joined(separator: ", ")
      + (names.count > named ? ", and \(names.count - named) more" : "")
  }
}
