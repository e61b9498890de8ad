/// A regular expression that is found anywhere in a text, or not.
///
/// A configuration or a recipe can come with the files that it is about, so that nothing in a pattern may make the search long: there
/// are no back references and no looking around, and all ways through the pattern are followed side by side (Ken Thompson,
/// "Regular Expression Search Algorithm", Communications of the ACM 11(6), 1968). formats/validate.md has the syntax.
public struct NameRegex: Sendable, Equatable {
  /// Of one pattern, with what `{3,5}` repeats written out.
  static let instructionLimit = 1000
  /// Unicode scalars of a text that are looked at.
  static let textLimit = 1 << 20

  /// As it was written.
  public let text: String
  let program: [NameRegexProgram.Instruction]
  /// How much there is to do for each scalar of a text, at most.
  package var stepCount: Int { program.count }

  /// - Throws: ``NameRegexError``.
  public init(_ text: String) throws(NameRegexError) {
    self.text = text
    program = try NameRegexProgram.compiled(NameRegexParser.parse(text))
  }

  public static func == (left: NameRegex, right: NameRegex) -> Bool { left.text == right.text }

  /// Whether it is found in a text, of which only the first ``textLimit`` scalars are looked at.
  ///
  /// - Complexity: O(*n* x *m*) for *n* scalars and *m* instructions, whatever they are.
  public func matches(_ text: String) -> Bool {
    var search = NameRegexSearch(program)
    var previous: Unicode.Scalar?
    for scalar in text.unicodeScalars.prefix(Self.textLimit) {
      if search.isFound(between: previous, and: scalar) { return true }
      search.step(over: scalar)
      previous = scalar
    }
    return search.isFound(between: previous, and: nil)
  }
}

/// Why a text is no regular expression.
public enum NameRegexError: Error, Hashable, CustomStringConvertible {
  case unfinished(String)
  /// Something closes that was not opened.
  case unopened(String)
  case nothingToRepeat(String)
  case badRepetition(String)
  case badRange(String)
  case unsupported(String)
  case tooDeep(limit: Int)
  case tooLarge(limit: Int)

  public var description: String {
    switch self {
    case .unfinished(let what): "\(what) does not end"
    case .unopened(let what): "\(what) closes nothing; write \\\(what) for the character"
    case .nothingToRepeat(let what): "nothing stands before \(what)"
    case .badRepetition(let what): "\(what) repeats nothing; expected {3}, {3,} or {3,5} with numbers up to 1000"
    case .badRange(let what): "the range \(what) is empty"
    case .unsupported(let what): "\(what) is not among what is supported here"
    case .tooDeep(let limit): "groups are nested more than \(limit) deep"
    case .tooLarge(let limit): "it has more than \(limit) steps with all repetitions written out"
    }
  }
}
