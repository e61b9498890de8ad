/// What is suspicious in the code of a Jinja template: what reaches for the inside of Python, for the system, or for
/// other templates.
///
/// The code is read and not run, so that names that a template computes are not known; that it computes one is.
///
/// - Complexity: O(*n*) for *n* bytes.
package struct TemplateScan: Sendable {
  /// Something that was found.
  package struct Spot: Sendable, Equatable {
    package enum Kind: Sendable, Hashable, CaseIterable {
      /// Of Python's objects: `__class__`.
      case internals
      /// Of the system: `os`, `popen`.
      case system
      /// Another template: `include`.
      case loading
      /// A name that is not known before the template runs.
      case computed
      /// A tag, comment or string that never ends.
      case unterminated
    }

    package let kind: Kind
    /// What, as the template has it or puts it together.
    package let text: String
    /// Bytes from the template's start.
    package let offset: Int
    /// Counted from 1.
    package let line: Int
  }

  /// So many of a kind are kept.
  static let mostOfAKind = 20

  package private(set) var spots: [Spot] = []
  /// How many there are of a kind, those that are not kept among them.
  package private(set) var counts: [Spot.Kind: Int] = [:]

  private var lexer: TemplateLexer
  private var strings = TemplateFragments()
  /// Where the lines were counted to.
  private var counted = (offset: 0, line: 1)

  /// Names of ``TemplateNames/systemVariables`` that the template gives to something of its own.
  private var bound: Set<String> = []
  private var variables: [(name: String, offset: Int)] = []

  // What stands in front of the token.
  private var previous = TemplateLexer.Token.end
  private var beforePrevious = TemplateLexer.Token.end
  /// The statement's first name, behind it.
  private var statement: String?
  private var isFirstName = false
  /// Whether names in the statement are no longer those that get a value.
  private var isBehindTargets = false
  /// Whether the string that was last can make characters of numbers, which no chat template needs: `"%c" % 95`.
  private var makesCharacters = false
  /// A variable of which the next token decides what it is.
  private var pending: (name: String, offset: Int)?
  /// Where `|attr(` waits for its name: 0 no, 1 behind `attr`, 2 behind `(`, 3 behind a string.
  private var attribute = 0
  /// Which of the open brackets look something up, the innermost in the lowest bit; how many there are.
  private var lookups: UInt64 = 0

  /// Looks at a template.
  package init(_ template: [UInt8]) {
    lexer = TemplateLexer(template)
    while true {
      let start = lexer.position
      guard let token = lexer.next() else { break }
      see(token, from: start)
      (beforePrevious, previous) = (previous, token)
    }
    if let start = lexer.unterminated { add(.unterminated, "", at: start) }
    for variable in variables where !bound.contains(variable.name) {
      add(.system, variable.name, at: variable.offset)
    }
    spots.sort { $0.offset < $1.offset }
  }

  private mutating func add(_ kind: Spot.Kind, _ text: String, at offset: Int) {
    counts[kind, default: 0] += 1
    guard counts[kind, default: 0] <= Self.mostOfAKind else { return }
    if offset < counted.offset { counted = (0, 1) }
    for byte in lexer.bytes[counted.offset..<offset] where byte == 0x0A { counted.line += 1 }
    counted.offset = offset
    spots.append(Spot(kind: kind, text: text, offset: offset, line: counted.line))
  }

  /// No name that matters is longer.
  private func text(_ range: Range<Int>, most: Int = 80) -> String {
    String(decoding: lexer.bytes[range].prefix(most), as: UTF8.self)
  }

  private mutating func see(_ token: TemplateLexer.Token, from start: Int) {
    decidePending(token)
    switch token {
    case .begin(let isStatement):
      (statement, isFirstName, isBehindTargets, attribute, lookups) = (nil, isStatement, false, 0, 0)
    case .end: attribute = 0
    case .name(let range): see(name: range)
    case .string(let range): see(string: range)
    case .number(let value):
      if case .symbol(UInt8(ascii: "*")) = previous, case .string = beforePrevious, let value {
        found(strings.repeatLast(value), at: start)
      }
      computedAttribute(at: start)
    case .symbol(let symbol): see(symbol: symbol, at: start)
    }
  }

  /// `|attr(` and anything else than a string alone.
  private mutating func computedAttribute(at offset: Int) {
    if attribute == 2 || attribute == 3 { add(.computed, "|attr(...)", at: offset) }
    attribute = 0
  }

  // MARK: Names

  private mutating func see(name range: Range<Int>) {
    computedAttribute(at: range.lowerBound)
    let name = text(range)
    let isStatementName = isFirstName
    isFirstName = false
    if isStatementName {
      statement = name
      if TemplateNames.loadingStatements.contains(name) { add(.loading, name, at: range.lowerBound) }
      return
    }
    if name == "in" { isBehindTargets = true }
    if TemplateNames.isInternal(name) {
      add(.internals, name, at: range.lowerBound)
      return
    }
    switch previous {
    case .symbol(UInt8(ascii: ".")):
      if TemplateNames.internalAttributes.contains(name) { add(.internals, name, at: range.lowerBound) }
      if TemplateNames.systemAttributes.contains(name) { add(.system, name, at: range.lowerBound) }
    case .symbol(UInt8(ascii: "|")):
      attribute = name == "attr" ? 1 : 0
      if name == "format", case .string = beforePrevious, makesCharacters { add(.computed, "%c", at: range.lowerBound) }
    default:
      guard TemplateNames.systemVariables.contains(name) || TemplateNames.systemFunctions.contains(name) else { return }
      if let statement, ["set", "for", "macro", "call", "with"].contains(statement), isTarget {
        bound.insert(name)
      } else {
        pending = (name, range.lowerBound)
      }
    }
  }

  /// Whether the name in a statement is one that gets a value: it stands behind the statement's name or a comma.
  private var isTarget: Bool {
    if isBehindTargets { return false }
    return switch previous {
    case .name(let range): ["set", "for", "macro", "with"].contains(text(range))
    case .symbol(let symbol): symbol == UInt8(ascii: ",") || symbol == UInt8(ascii: "(")
    default: false
    }
  }

  /// What stands behind a variable's name: `os=` is an argument, `open(` a call.
  private mutating func decidePending(_ token: TemplateLexer.Token) {
    guard let (name, offset) = pending else { return }
    pending = nil
    if token == .symbol(UInt8(ascii: "=")) { return }
    let isCall = token == .symbol(UInt8(ascii: "("))
    if !isCall, TemplateNames.systemFunctions.contains(name) { return }
    if variables.count < Self.mostOfAKind { variables.append((name, offset)) }
  }

  // MARK: Strings

  private mutating func see(string range: Range<Int>) {
    let decoded = TemplateString.decoded(lexer.bytes[range])
    found(strings.append(decoded), at: range.lowerBound)
    makesCharacters = zip(decoded, decoded.dropFirst()).contains { $0 == (0x25, 0x63) }
    attribute = attribute == 2 ? 3 : 0
    let isLookup = attribute == 3 || previous == .symbol(UInt8(ascii: "["))
    guard isLookup, decoded.count <= 80 else { return }
    let name = String(decoding: decoded, as: UTF8.self)
    if TemplateNames.systemAttributes.contains(name) || name == "os" {
      add(.system, name, at: range.lowerBound)
    } else if TemplateNames.internalAttributes.contains(name)
      || TemplateNames.isInternal(name) && TemplateNames.firstInternal(in: decoded) == nil
    {
      add(.internals, name, at: range.lowerBound)
    }
  }

  private mutating func found(_ name: String?, at offset: Int) {
    if let name { add(.internals, name, at: offset) }
  }

  // MARK: Symbols

  private mutating func see(symbol: UInt8, at offset: Int) {
    switch (attribute, symbol) {
    case (1, UInt8(ascii: "(")): attribute = 2
    case (3, UInt8(ascii: ")")): attribute = 0
    default: computedAttribute(at: offset)
    }
    switch symbol {
    case UInt8(ascii: "("): lookups = lookups << 1 | (isValue(previous) ? 0 : lookups & 1)
    case UInt8(ascii: "{"): lookups <<= 1
    case UInt8(ascii: "["): lookups = lookups << 1 | (isValue(previous) ? 1 : 0)
    case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): lookups >>= 1
    case UInt8(ascii: "~"):
      // A dictionary of its own may have such keys; nothing else has.
      if lookups & 1 != 0 { add(.computed, "[... ~ ...]", at: offset) }
    case UInt8(ascii: "%"):
      if case .string = previous, makesCharacters { add(.computed, "%c", at: offset) }
    case UInt8(ascii: "="):
      if let statement, ["set", "with"].contains(statement) { isBehindTargets = true }
    default: break
    }
  }

  /// Whether a bracket behind it looks something up in it.
  private func isValue(_ token: TemplateLexer.Token) -> Bool {
    switch token {
    case .name(let range): !["in", "is", "not", "and", "or", "if", "else"].contains(text(range))
    case .string: true
    case .symbol(let symbol):
      symbol == UInt8(ascii: ")") || symbol == UInt8(ascii: "]") || symbol == UInt8(ascii: "}")
    default: false
    }
  }
}
