/// Takes a Jinja template apart, one token after the other: what stands in `{{ }}` and `{% %}`. Text outside of them,
/// comments and raw blocks are passed over.
///
/// The delimiters are those that chat templates have; strings, and braces inside of an expression, do not end it.
/// Source: https://jinja.palletsprojects.com/en/stable/templates/ and `jinja2/lexer.py`.
///
/// - Complexity: O(*n*) for *n* bytes, and no memory of its own.
struct TemplateLexer {
  enum Token: Equatable {
    /// `{{` or `{%`.
    case begin(isStatement: Bool)
    /// `}}` or `%}`.
    case end
    case name(Range<Int>)
    /// The bytes between the quotes, escapes as they stand.
    case string(Range<Int>)
    /// nil for one that is too large, and for fractions.
    case number(Int?)
    /// An operator or bracket: its first byte.
    case symbol(UInt8)
  }

  let bytes: [UInt8]
  /// Where the next token is looked for.
  private(set) var position = 0
  /// Where a tag, a comment, a raw block or a string begins that never ends.
  private(set) var unterminated: Int?

  private var isInTag = false
  private var isStatement = false
  private var isFirst = false
  /// Brackets that are open in the tag.
  private var depth = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The next token; nil at the end.
  mutating func next() -> Token? {
    while true {
      if !isInTag {
        guard findTag() else { return nil }
        return .begin(isStatement: isStatement)
      }
      while let byte = byte(0), byte == 0x20 || (0x09...0x0D).contains(byte) { position += 1 }
      guard let byte = byte(0) else { return nil }
      if endsTag(byte) { return .end }
      if isFirst, isStatement, Self.isName(byte) {
        isFirst = false
        if skipRawBlock() { continue }
      }
      isFirst = false
      return token(byte)
    }
  }

  private func byte(_ ahead: Int) -> UInt8? { position + ahead < bytes.count ? bytes[position + ahead] : nil }

  private static func isName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), 0x80...: true
    default: false
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  // MARK: Outside of tags

  private mutating func findTag() -> Bool {
    while position + 1 < bytes.count {
      guard bytes[position] == UInt8(ascii: "{") else {
        position += 1
        continue
      }
      switch bytes[position + 1] {
      case UInt8(ascii: "#"):
        let start = position
        position += 2
        guard skip(behind: "#}") else { return end(unterminated: start) }
      case UInt8(ascii: "{"), UInt8(ascii: "%"):
        isStatement = bytes[position + 1] == UInt8(ascii: "%")
        unterminated = position
        position += 2
        if let sign = byte(0), sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { position += 1 }
        (isInTag, isFirst, depth) = (true, true, 0)
        return true
      default: position += 1
      }
    }
    position = bytes.count
    return false
  }

  private mutating func end(unterminated start: Int) -> Bool {
    unterminated = start
    position = bytes.count
    return false
  }

  /// Moves behind the next two bytes of this kind.
  private mutating func skip(behind two: StaticString) -> Bool {
    let text = Array(two.description.utf8)
    while position + 1 < bytes.count {
      if bytes[position] == text[0], bytes[position + 1] == text[1] {
        position += 2
        return true
      }
      position += 1
    }
    position = bytes.count
    return false
  }

  // MARK: Inside of tags

  private mutating func endsTag(_ byte: UInt8) -> Bool {
    // `}}` closes two dictionaries first.
    guard depth == 0 || isStatement else { return false }
    let sign = byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") ? 1 : 0
    let expected = isStatement ? UInt8(ascii: "%") : UInt8(ascii: "}")
    guard self.byte(sign) == expected, self.byte(sign + 1) == UInt8(ascii: "}") else { return false }
    position += sign + 2
    isInTag = false
    unterminated = nil
    return true
  }

  /// At the first name of a statement: passes over `{% raw %}` and what it holds.
  private mutating func skipRawBlock() -> Bool {
    guard word(at: position) == "raw" else { return false }
    let start = position
    position += 3
    while let byte = byte(0), byte == 0x20 || (0x09...0x0D).contains(byte) { position += 1 }
    guard let byte = byte(0), endsTag(byte) else {
      position = start
      return false
    }
    while skip(behind: "{%") {
      if let sign = self.byte(0), sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { position += 1 }
      while let byte = self.byte(0), byte == 0x20 || (0x09...0x0D).contains(byte) { position += 1 }
      guard word(at: position) == "endraw" else { continue }
      position += 6
      if skip(behind: "%}") { return true }
    }
    unterminated = start
    return true
  }

  /// A short name.
  private func word(at start: Int) -> String? {
    var end = start
    while end < bytes.count, end - start < 8, Self.isName(bytes[end]) || Self.isDigit(bytes[end]) { end += 1 }
    return end - start < 8 ? String(decoding: bytes[start..<end], as: UTF8.self) : nil
  }

  private mutating func token(_ byte: UInt8) -> Token? {
    let start = position
    switch byte {
    case UInt8(ascii: "'"), UInt8(ascii: "\""):
      position += 1
      while let next = self.byte(0), next != byte { position += next == UInt8(ascii: "\\") ? 2 : 1 }
      guard position < bytes.count else {
        position = bytes.count
        unterminated = start
        return nil
      }
      position += 1
      return .string((start + 1)..<(position - 1))
    case _ where Self.isDigit(byte): return .number(number())
    case _ where Self.isName(byte):
      while let next = self.byte(0), Self.isName(next) || Self.isDigit(next) { position += 1 }
      return .name(start..<position)
    default:
      position += 1
      switch byte {
      case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth = max(0, depth - 1)
      case UInt8(ascii: "*"), UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: "!"), UInt8(ascii: "<"),
        UInt8(ascii: ">"):
        // The second byte of `**`, `//`, `==` and the like; of `==` nobody shall think that it is `=`.
        if let second = self.byte(0), second == UInt8(ascii: "=") || second == byte {
          position += 1
          return .symbol(UInt8(ascii: "!"))
        }
      default: break
      }
      return .symbol(byte)
    }
  }

  private mutating func number() -> Int? {
    var value: Int? = 0
    while let next = byte(0), Self.isDigit(next) || Self.isName(next) || next == UInt8(ascii: ".") {
      position += 1
      guard Self.isDigit(next), let small = value, small < 1 << 32 else {
        if next != UInt8(ascii: "_") { value = nil }
        continue
      }
      value = small * 10 + Int(next - 0x30)
    }
    return value
  }
}
