/// A recogniser of RFC 8259 that follows the RFC's rules one by one: slow, recursive, for short texts of ASCII only. It
/// knows nothing of duplicate keys or surrogate pairs.
struct ReferenceGrammar {
  private var rest: Substring

  static func accepts(_ text: String) -> Bool {
    var grammar = ReferenceGrammar(rest: text[...])
    return grammar.element() && grammar.rest.isEmpty
  }

  /// ws value ws
  private mutating func element() -> Bool {
    space()
    guard value() else { return false }
    space()
    return true
  }

  private mutating func value() -> Bool {
    switch rest.first {
    case "{": members(of: "{", "}") { $0.member() }
    case "[": members(of: "[", "]") { $0.element() }
    case "\"": string()
    case "t": take("true")
    case "f": take("false")
    case "n": take("null")
    default: number()
    }
  }

  private mutating func members(
    of opening: String, _ closing: String, _ member: (inout ReferenceGrammar) -> Bool
  ) -> Bool {
    guard take(opening) else { return false }
    space()
    if take(closing) { return true }
    repeat { guard member(&self) else { return false } } while take(",")
    return take(closing)
  }

  /// ws string ws ":" element
  private mutating func member() -> Bool {
    space()
    guard string() else { return false }
    space()
    return take(":") && element()
  }

  private mutating func string() -> Bool {
    guard let match = rest.prefixMatch(of: /"([^"\\\x00-\x1F]|\\(["\\\/bfnrt]|u[0-9A-Fa-f]{4}))*"/) else {
      return false
    }
    rest = rest[match.range.upperBound...]
    return true
  }

  private mutating func number() -> Bool {
    guard let match = rest.prefixMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/) else { return false }
    rest = rest[match.range.upperBound...]
    return true
  }

  private mutating func take(_ word: String) -> Bool {
    guard rest.hasPrefix(word) else { return false }
    rest = rest.dropFirst(word.count)
    return true
  }

  private mutating func space() {
    rest = rest.drop { " \t\r\n".unicodeScalars.contains($0.unicodeScalars.first ?? "x") }
  }
}
