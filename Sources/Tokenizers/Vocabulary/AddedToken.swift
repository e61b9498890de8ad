/// A token that stands in texts as it is, found before anything else is done to them.
struct AddedToken: Sendable, Hashable {
  var content: String
  /// nil: it gets the first that is free.
  var id: UInt64?
  /// Whether it is never part of a text that people wrote.
  var isSpecial = false
  /// Whether it is looked for in the text behind the normalizer, rather than in the text as it came.
  var isNormalized = true
  /// Whether blanks in front of it, or behind it, belong to it.
  var takesBlanksBefore = false
  var takesBlanksBehind = false
  /// Whether it is only found between word boundaries.
  var isWholeWord = false
  /// Whether it is left out where the vocabulary does not have it: what a class has by default.
  var isOptional = false
}
